"""Names of stores and people, some of which break careless code."""

from __future__ import annotations

import numpy as np

from api.demo_data.encoding import Array

# In turn one of each region.
_STORE_NAMES = """
宁波江北店 北京朝阳店 广州天河店 Xi'an钟楼店 上海虹桥店 天津滨海店 深圳南山店 成都锦江店
杭州西湖店 石家庄长安店 佛山禅城店 重庆渝中店 南京鼓楼店 太原迎泽店 东莞南城店 昆明五华店
苏州工业园店 济南历下店 厦门思明店 贵阳南明店 无锡滨湖店 青岛市南店 福州台江店 兰州城关店
合肥蜀山店 沈阳和平店 南宁青秀店 西宁城东店 温州鹿城店 大连中山店 海口龙华店 银川兴庆店
常州天宁店 长春南关店 珠海香洲店 乌鲁木齐天山店 绍兴越城店 哈尔滨道里店 中山东区店 绵阳涪城店
嘉兴南湖店 唐山路北店 惠州惠城店 泸州江阳店 南通崇川店 保定莲池店 汕头金平店 宜宾翠屏店
"""
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董"
_GIVEN_NAMES = "芳娜伟强磊洋勇艳杰娟涛明超霞平刚英兰华敏静丽军"
_ODD_NAMES = {3: "Seán O'Brien", 16: "𠮷田 春", 29: "Zoë d'Arcy 林"}


def store_names(count: int) -> Array:
    """A name for each of `count` stores, no two alike: later ones have a number."""
    number = np.arange(count)
    names = _STORE_NAMES.split()
    again = [f" {i // len(names) + 1}" if i >= len(names) else "" for i in number]
    return np.char.add(np.array(names)[number % len(names)], again)


def people_names(count: int) -> Array:
    """A name for each of `count` people, at least 30; in a large chain some share theirs."""
    names = np.array([s + g for s in _SURNAMES for g in _GIVEN_NAMES], "U20")
    names = names[np.arange(count) * 101 % len(names)]
    names[list(_ODD_NAMES)] = list(_ODD_NAMES.values())
    return names
