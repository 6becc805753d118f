"""Names of tables and columns as words, and the words that tell what they are for."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_a-zA-Z]+")
_TABLE = re.compile("(信息|主数据|档案)?表?$")
ROWS = "rows"  # where a name holds no word at all
_PREFIXES = frozenset("dim fact tbl t v vw ods dwd dws".split())


def words(name: str) -> tuple[str, ...]:
    """`OrderDate`, `order_date`, `Order Date` -> order, date."""
    return tuple(each.lower() for each in _WORD.findall(name))


def folded(name: str) -> str:
    """The same for all spellings of a name."""
    return "".join(words(name))


def thing(table: str) -> tuple[str, ...]:
    """What a row of a table is: the words of its name, the last one singular."""
    found = words(table)
    if len(found) > 1 and found[0] in _PREFIXES:
        found = found[1:]
    return (*found[:-1], singular(found[-1])) if found else words(ROWS)


def singular(word: str) -> str:
    """`categories` -> category, 员工信息表 -> 员工; other words stay."""
    if not word.isascii():
        return _TABLE.sub("", word) or word
    for ending, becomes in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word.removesuffix(ending) + becomes
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def has(name: str, known: frozenset[str]) -> bool:
    """Whether a name contains one of the words; Chinese ones also inside a longer word."""
    return count(name, known) > 0


def count(name: str, known: frozenset[str]) -> int:
    """How many words of a name are known ones."""
    found = words(name)
    within = [each for each in known if not each.isascii()]
    return sum(each in known or any(part in each for part in within) for each in found)


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


IDENTIFIES = _set(
    "id key code no nr num number uuid guid 编号 代码 编码 工号 单号 卡号 流水号 主键"
)
NAMES = _set("name 名称 姓名 名字")
TITLES = _set("title label description 标题 描述")
NOT_A_NAME = _set("first middle user file style nick domain")

# Columns that say when a thing begins or ends, not when something happened.
LIFETIME = _set(
    "birth birthday birthdate dob hire hired start started end ended valid modified updated "
    "discontinued remodel expiry expires sell founded accnt joined left open opened close closed "
    "生日 出生 入职 离职 开业 开始 结束 生效 失效 更新 修改"
)
BEGINNINGS = _set("hire hired start started founded joined open opened 入职 开业 开始 生效")
ENDS = _set("end ended left close closed 离职 结束 失效")
# Rows of these always are events, and so are their days.
HAPPENED = _set(
    "order ordered invoice invoiced sale sales sold purchase purchased transaction created booking "
    "posted paid pay payment exp survey answered visit opened engage contact date time day "
    "下单 订单 销售 交易 支付 日期 时间 业务"
)
CALENDARS = _set("date time calendar day period 日期 时间 日历")

MONEY = _set(
    "amount amt total revenue sales turnover value subtotal due payment paid spend fee fees "
    "charges income profit cost freight 金额 销售额 收入 合计 总额 营业额 利润"
)
PIECES = _set("quantity qty units pieces calls hours 数量 件数 销量")
# Numbers that nobody adds up.
NOT_SUMMED = _set(
    "price rate pct percent discount ratio average avg min max year quarter month week day level "
    "id key code number no zip postal latitude longitude age score rating standard revision "
    "单价 价格 折扣 比例 比率 平均 年 月 评分"
)

PEOPLE_AND_PLACES = _set(
    "employee staff salesperson agent rep representative seller clerk assistant waiter manager "
    "store shop branch outlet office department team group region territory district area "
    "员工 店员 导购 门店 店铺 分店 部门 团队 小组 区域 大区 地区 片区 销售员"
)
PARTNERS = _set("customer client member account reseller supplier dealer 客户 会员 经销商 供应商")
GROUPS = _set(
    "segment category type channel class contract country state province city "
    "类别 类型 渠道 国家 省份 城市"
)
PERSONAL = _set(
    "gender sex birth birthday marital email phone mobile fax address street religion ethnicity "
    "性别 生日 婚姻 邮箱 电话 手机 地址 民族 身份证"
)


def plural(word: str) -> str:
    """`order` -> orders; other scripts have no plural."""
    if not word.isascii() or not word.isalpha():
        return word
    if word.endswith("y") and word[-2:-1] not in ("a", "e", "o", "u"):
        return f"{word[:-1]}ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")
