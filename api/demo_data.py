"""Data for the example workspace: a hardware retailer, its stores, staff, customers and sales.

Two years, 2024-01-01 to 2025-12-31, amounts in CNY; the same `lines` and `seed` give the same rows.
By default 48 stores, 600 employees and 20,000 customers; all but the two years grow with the lines.

Real data is never tidy, so this data is not either. Odd stores (`CASES` names them):

- one opens after all the data, one after 2025Q3, one inside 2025Q3; one opened in 2025Q1 and so has
  no year-ago base; one closes inside 2025Q3, one inside 2025Q4;
- one is open all the time and has no sale, survey answer or service request at all;
- three have net sales of exactly 0 in 2025Q2 (one for want of rows, two because a return cancels
  the only sale), one has negative net sales in 2025Q2; the same, once each, in 2025Q3;
- one has too few survey answers, one lacks its net sales target from 2025Q3 on.

Odd rows:

- sales without a customer (anonymous, 15 %) or without an employee (self-checkout, 5 %);
- ids of stores, employees and customers that their own table does not hold (they arrive late);
- employees who help out, and so sell, in another store; who are hired or leave in mid quarter;
- returns (`is_return`; amounts stay positive), test rows (`is_test`, with absurd amounts, so that a
  forgotten filter is seen at once), and null where a flag should say yes or no;
- survey answers without satisfaction, requests nobody answered, complaints nobody decided on;
- a sale and a request exactly at, and one microsecond before, the start of each quarter;
- names with apostrophes, in Chinese, and with a character outside the basic plane.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

MIN_LINES = 20_000
"""Fewer sales lines could leave days without a sale."""

_WHO = "store_id VARCHAR, employee_id VARCHAR, customer_id VARCHAR"
TABLES: Mapping[str, str] = {
    "stores": "store_id VARCHAR, store_name VARCHAR, region VARCHAR, format VARCHAR,"
    " opened_on DATE, closed_on DATE",
    "employees": "employee_id VARCHAR, full_name VARCHAR, role VARCHAR, store_id VARCHAR,"
    " hired_on DATE, left_on DATE",
    "customers": "customer_id VARCHAR, first_seen_on DATE, is_member BOOLEAN",
    "sales": f"ticket BIGINT, sold_at TIMESTAMP, {_WHO}, category VARCHAR, quantity INTEGER,"
    " amount DECIMAL(12,2), cost DECIMAL(12,2), is_return BOOLEAN, is_test BOOLEAN",
    "surveys": f"survey_id BIGINT, answered_on DATE, {_WHO}, satisfaction INTEGER,"
    " recommend INTEGER",
    "service_requests": "request_id BIGINT, opened_at TIMESTAMP, first_response_at TIMESTAMP,"
    f" resolved_at TIMESTAMP, {_WHO}, kind VARCHAR, is_complaint BOOLEAN, upheld BOOLEAN",
    "kpi_targets": "kpi_code VARCHAR, store_id VARCHAR, starts_on DATE, target_value DECIMAL(14,2)",
}
"""Every table with its columns and declared types, which DuckDB and SQLite both accept."""

CASES: Mapping[str, tuple[str, ...]] = {
    "opens_after_data": ("S039",),
    "opens_in_2025Q4": ("S038",),
    "opens_in_2025Q3": ("S036",),
    "opens_in_2025Q1": ("S037",),
    "closes_in_2025Q3": ("S014",),
    "closes_in_2025Q4": ("S026",),
    "no_rows": ("S021",),
    "zero_in_2025Q2": ("S008", "S017", "S030"),
    "negative_in_2025Q2": ("S023",),
    "zero_in_2025Q3": ("S011",),
    "negative_in_2025Q3": ("S032",),
    "few_surveys": ("S004",),
    "no_target": ("S025",),
}
"""The odd stores of every data set, whatever its size."""

# All but names are numbers until they are written: ids and words count from 0, times are days or
# microseconds since the start, money is in fen. Null is one mark, which as a day means never.
_CODES = {"store_id": "S%03d", "employee_id": "E%04d", "customer_id": "C%06d"}
_WORDS = {
    "region": ["East", "North", "South", "West"],
    "format": ["flagship", "community", "outlet", "kiosk"],
    "role": ["store manager", "senior clerk", "clerk", "cashier"],
    "category": ["fasteners", "hand tools", "paint", "lighting", "power tools"],
    "kind": ["delivery", "installation", "repair", "exchange", "advice"],
    "kpi_code": ["net_sales", "new_customers"],
}
_START = datetime(2024, 1, 1)
_DAYS = 731
_DAY_US, _HOUR_US = 86_400_000_000, 3_600_000_000
_NULL = 10**15


def _day(text: str) -> int:
    return (datetime.fromisoformat(text) - _START).days


_QUARTERS = [_day(f"{year}-{month:02}-01") for year in (2024, 2025) for month in (1, 4, 7, 10)]
_OPENED = {"S036": "2025-08-11", "S037": "2025-02-10", "S038": "2025-11-05", "S039": "2026-01-15"}
_CLOSED = {"S014": "2025-08-20", "S026": "2025-11-20"}

# In turn one of each region.
_STORE_NAMES = """
宁波江北店 北京朝阳店 广州天河店 Xi'an钟楼店 上海虹桥店 天津滨海店 深圳南山店 成都锦江店
杭州西湖店 石家庄长安店 佛山禅城店 重庆渝中店 南京鼓楼店 太原迎泽店 东莞南城店 昆明五华店
苏州工业园店 济南历下店 厦门思明店 贵阳南明店 无锡滨湖店 青岛市南店 福州台江店 兰州城关店
合肥蜀山店 沈阳和平店 南宁青秀店 西宁城东店 温州鹿城店 大连中山店 海口龙华店 银川兴庆店
常州天宁店 长春南关店 珠海香洲店 乌鲁木齐天山店 绍兴越城店 哈尔滨道里店 中山东区店 绵阳涪城店
嘉兴南湖店 唐山路北店 惠州惠城店 泸州江阳店 南通崇川店 保定莲池店 汕头金平店 宜宾翠屏店
"""
_FORMAT_OF = np.array([0, 1, 1, 2, 1, 3, 1])  # in turn; seven and four mix formats and regions
_SIZE = np.array([2.4, 1.0, 1.2, 0.4])  # by format, like the targets of new customers:
_NEW_CUSTOMERS = np.array([27, 18, 20, 10])

_ROLE_OF = np.array([0, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 2])  # by place in the store
_LEAVER, _SUCCESSOR = 3, 12  # places: every second store replaced one clerk in 2025
_SERVES = np.array([0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 12, 12])  # by share
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董"
_GIVEN_NAMES = "芳娜伟强磊洋勇艳杰娟涛明超霞平刚英兰华敏静丽军"
_ODD_NAMES = {3: "Seán O'Brien", 16: "𠮷田 春", 29: "Zoë d'Arcy 林"}
_WON = 417  # customers that each store wins until the end of the data

_PRICES = np.array([14, 62, 140, 125, 410])  # by category, as the next two
_MARGINS = np.array([0.44, 0.36, 0.31, 0.38, 0.24])
_MOST_PIECES = np.array([12, 3, 4, 4, 2])
# By month: a slow winter, the Spring Festival, the Golden Week of October.
_SEASON = np.array([0.9, 0.7, 1, 1, 1.05, 1, 1, 1, 1.05, 1.2, 1.1, 1])


@dataclass(frozen=True, slots=True)
class Summary:
    """What was built: the file, the rows of each table, and the keys of the odd stores by case."""

    path: Path
    rows: Mapping[str, int]
    cases: Mapping[str, tuple[str, ...]]


def build(path: Path, *, lines: int = 200_000, seed: int = 7) -> Summary:
    """Make the DuckDB file `path` with exactly `lines` sales lines, and the folders on the way.

    The file appears whole or not at all: until it is complete, an older one stays as it is.
    Raises ValueError below MIN_LINES.
    """
    if lines < MIN_LINES:
        raise ValueError(f"lines must be at least {MIN_LINES}, not {lines}")
    with _written_aside(path) as scratch, duckdb.connect(str(scratch)) as con:
        con.execute("SET enable_progress_bar = false")
        chain = _found(np.random.default_rng(seed), max(40, round(lines * 48 / 200_000)))
        _write(con, "stores", _stores(chain))
        _write(con, "employees", _employees(chain))
        _write(con, "customers", _customers(chain))
        _write(con, "sales", _sales(chain, lines))
        _write(con, "surveys", _surveys(chain))
        _write(con, "service_requests", _requests(chain))
        net = "SELECT sum(if(is_return, -amount, amount)) FROM sales WHERE is_test IS NOT true"
        _write(con, "kpi_targets", _targets(chain, sold=_one(con, net)))
        rows = {table: _one(con, f"SELECT count(*) FROM {table}") for table in TABLES}
    return Summary(path, rows, CASES)


def to_sqlite(duckdb_path: Path, sqlite_path: Path) -> None:
    """Copy every table to a new SQLite file, with the declared types of `TABLES`.

    Dates become ISO text, timestamps text with microseconds, booleans 0 and 1, decimals REAL.
    """
    with (
        _written_aside(sqlite_path) as scratch,
        duckdb.connect(str(duckdb_path), read_only=True) as source,
        closing(sqlite3.connect(scratch)) as target,
    ):
        for table, columns in TABLES.items():
            target.execute(f"CREATE TABLE {table} ({columns})")
            values = ", ".join(_for_sqlite(*column) for column in _columns(table))
            slots = ", ".join("?" for _ in _columns(table))
            found = source.execute(f"SELECT {values} FROM {table}")
            while batch := found.fetchmany(20_000):
                target.executemany(f"INSERT INTO {table} VALUES ({slots})", batch)
        target.commit()


@contextmanager
def _written_aside(path: Path) -> Iterator[Path]:
    """A scratch file in the folder of `path` that takes its place if all goes well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        scratch.unlink(missing_ok=True)
        yield scratch
        os.replace(scratch, path)
    finally:
        for left in (scratch, scratch.with_name(f"{scratch.name}.wal")):
            left.unlink(missing_ok=True)


# ── from arrays to tables ───────────────────────────────────────────────────────────────────────


def _write(con: duckdb.DuckDBPyConnection, table: str, rows: Mapping[str, Array]) -> None:
    """Make a table of arrays, one for each column, in their order.

    Nulls are made of the mark here: DuckDB 1.5 reads what is under the mask of a masked array.
    """
    values = ", ".join(_value(*column) for column in _columns(table))
    con.register("given", dict(rows))
    con.execute(f"CREATE TABLE {table} ({TABLES[table]})")
    con.execute(f"INSERT INTO {table} SELECT {values} FROM given")
    con.unregister("given")


def _columns(table: str) -> Iterator[tuple[str, str]]:
    for column in TABLES[table].split(", "):
        name, _, kind = column.partition(" ")
        yield name, kind.partition("(")[0]


def _value(name: str, kind: str) -> str:
    known = f"nullif({name}, {_NULL})"
    if name in _CODES:
        return f"if({known} IS NULL, NULL, printf('{_CODES[name]}', {name} + 1))"
    if name in _WORDS:
        return f"{_WORDS[name]}[{name} + 1]"
    return {
        "VARCHAR": name,
        "BOOLEAN": f"{known} = 1",
        "DECIMAL": f"{name} / 100",
        "DATE": f"DATE '{_START:%Y-%m-%d}' + {known}::INTEGER",
        "TIMESTAMP": f"make_timestamp(epoch_us(TIMESTAMP '{_START}') + {known})",
    }.get(kind, known)


def _for_sqlite(name: str, kind: str) -> str:
    if kind == "TIMESTAMP":
        return f"strftime({name}, '%Y-%m-%d %H:%M:%S.%f')"
    stored = {"DATE": "VARCHAR", "BOOLEAN": "INTEGER", "DECIMAL": "DOUBLE"}
    return f"CAST({name} AS {stored.get(kind, kind)})"


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(con.execute(sql).fetchall()[0][0])


# ── stores, staff, customers ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Chain:
    """All that the tables have in common; staff and customers are numbered store by store."""

    rng: np.random.Generator
    format: Array  # by store, as are the next three
    opened: Array
    closed: Array  # the last day
    staff: Array  # how many employees
    hired: Array  # by employee; `left` is the last day
    left: Array
    planned: Array  # by day and store: the visits that the plan expects, up to a factor
    actual: Array  # and those that come

    @property
    def first(self) -> Array:
        """The first employee of each store."""
        return np.cumsum(self.staff) - self.staff

    @property
    def won_from(self) -> Array:
        """The day of the first customer of each store."""
        first_day: Array = np.maximum(self.opened, _day("2022-01-01"))
        return first_day

    @property
    def won_in(self) -> Array:
        """Days from then to the end of the data, over which it wins the others evenly."""
        days: Array = np.maximum(_DAYS - self.won_from, 1)
        return days


def _found(rng: np.random.Generator, stores: int) -> _Chain:
    form = np.resize(_FORMAT_OF, stores)
    opened = rng.integers(_day("2015-01-01"), _day("2023-06-01"), stores)
    closed = np.full(stores, _NULL)
    for dates, days in ((_OPENED, opened), (_CLOSED, closed)):
        for store, text in dates.items():
            days[_number(store)] = _day(text)
    staff = np.where(np.arange(stores) % 2, _SUCCESSOR, _SUCCESSOR + 1)
    hired, left = _hire(rng, opened, closed, staff)
    planned = _plan(rng, form, opened, closed)
    return _Chain(rng, form, opened, closed, staff, hired, left, planned, _come_true(rng, planned))


def _number(store: str) -> int:
    return int(store[1:]) - 1


def _hire(rng: np.random.Generator, opened: Array, closed: Array, staff: Array) -> list[Array]:
    """First and last day of each employee: most long before the data, some inside a quarter."""
    store = np.repeat(np.arange(len(staff)), staff)
    hired = np.maximum(rng.integers(-2500, 500, len(store)), opened[store] - 14)
    left = np.where(rng.random(len(store)) < 0.05, rng.integers(550, _DAYS, len(store)), _NULL)
    successor = (np.cumsum(staff) - 1)[staff > _SUCCESSOR]
    came = rng.integers(_day("2025-04-10"), _day("2025-12-10"), len(successor))
    came = np.maximum(came, opened[store[successor]] + 30)
    hired[successor], left[successor] = came, _NULL
    left[successor - _SUCCESSOR + _LEAVER] = came - 1
    return [hired, np.minimum(left, closed[store])]


def _plan(rng: np.random.Generator, form: Array, opened: Array, closed: Array) -> Array:
    day = np.arange(_DAYS)
    dates = np.datetime64(_START, "D") + day
    season = _SEASON[dates.astype("datetime64[M]").astype(int) % 12]
    busy = season * np.where(np.is_busday(dates), 1, 1.35) * 1.05 ** (day / 365)
    is_open = (opened <= day[:, None]) & (day[:, None] <= closed)
    planned: Array = busy[:, None] * _SIZE[form] * rng.lognormal(0, 0.25, len(form)) * is_open
    return planned


def _come_true(rng: np.random.Generator, planned: Array) -> Array:
    """Good and bad quarters, and the stores and quarters to which nobody came."""
    luck = rng.lognormal(0.01, 0.08, (len(_QUARTERS), planned.shape[1]))
    luck[:, _number(*CASES["no_rows"])] = 0
    for quarter, store, _ in _cancelled():
        luck[quarter, store] = 0
    actual: Array = planned * np.repeat(luck, np.diff([*_QUARTERS, _DAYS]), axis=0)
    return actual


def _cancelled() -> Iterator[tuple[int, int, int]]:
    """A quarter, a store, and what came back of its only sale, in fen; 0 where it had no sale."""
    for case, stores in CASES.items():
        sign, _, period = case.partition("_in_")
        if sign in ("zero", "negative"):
            quarter = (int(period[:4]) - 2024) * 4 + int(period[5]) - 1
            for store in stores:
                back = 248_000 if sign == "negative" else 64_000 * (store != "S008")
                yield quarter, _number(store), back


def _stores(chain: _Chain) -> dict[str, Array]:
    number = np.arange(len(chain.staff))
    names = _STORE_NAMES.split()
    again = [f" {i // len(names) + 1}" if i >= len(names) else "" for i in number]
    return {
        "store_id": number,
        "store_name": np.char.add(np.array(names)[number % len(names)], again),
        "region": number % 4,
        "format": chain.format,
        "opened_on": chain.opened,
        "closed_on": chain.closed,
    }


def _employees(chain: _Chain) -> dict[str, Array]:
    store = np.repeat(np.arange(len(chain.staff)), chain.staff)
    number = np.arange(len(store))
    names = np.array([s + g for s in _SURNAMES for g in _GIVEN_NAMES], "U20")
    names = names[number * 101 % len(names)]
    names[list(_ODD_NAMES)] = list(_ODD_NAMES.values())
    return {
        "employee_id": number,
        "full_name": names,
        "role": _ROLE_OF[number - chain.first[store]],
        "store_id": store,
        "hired_on": chain.hired,
        "left_on": chain.left,
    }


def _customers(chain: _Chain) -> dict[str, Array]:
    """Three records in a thousand have not arrived yet."""
    number = np.arange(len(chain.staff) * _WON)
    store, place = np.divmod(number, _WON)
    seen = chain.won_from[store] - -place * chain.won_in[store] // _WON
    known = (seen < _DAYS) & (chain.rng.random(len(number)) >= 0.003)
    number = number[known]
    return {"customer_id": number, "first_seen_on": seen[known], "is_member": number % 7 < 3}


# ── visits ──────────────────────────────────────────────────────────────────────────────────────


def _visits(
    chain: _Chain, weights: Array, count: int, opens: int, closes: int
) -> tuple[Array, dict[str, Array]]:
    """The moments of `count` visits, ascending, and the store, employee and customer of each."""
    day, store = _draw(chain.rng, weights, count)
    hour = opens + (closes - opens) * chain.rng.beta(2, 2, count)
    moment = day * _DAY_US + (hour * 3600).astype(int) * 1_000_000
    order = np.argsort(moment, kind="stable")
    return moment[order], _who(chain, day[order], store[order])


def _draw(rng: np.random.Generator, weights: Array, count: int) -> tuple[Array, Array]:
    """Day and store: one from each of `count` equal slices of all the weight.

    So no store is far from its share, and no day is empty that has the weight of two visits.
    """
    edges = np.cumsum(weights.ravel())
    at = np.minimum((np.arange(count) + rng.random(count)) / count, np.nextafter(1, 0))
    return np.divmod(np.searchsorted(edges / edges[-1], at, side="right"), weights.shape[1])


def _who(chain: _Chain, day: Array, store: Array) -> dict[str, Array]:
    """Ids; some are null, some are in no other table, some belong to another store."""
    rng, count = chain.rng, len(day)
    late = rng.random(count) < 0.0005
    return {
        "store_id": np.where(late, len(chain.staff) + 100, store),
        "employee_id": _server(chain, day, _or_elsewhere(chain, 0.02, store)),
        "customer_id": _visitor(chain, day, _or_elsewhere(chain, 0.06, store)),
    }


def _or_elsewhere(chain: _Chain, share: float, store: Array) -> Array:
    away = chain.rng.random(len(store)) < share
    return np.where(away, chain.rng.integers(0, len(chain.staff), len(store)), store)


def _server(chain: _Chain, day: Array, store: Array) -> Array:
    """Someone who works there on that day, or nobody."""
    rng, count = chain.rng, len(day)
    employee = np.full(count, _NULL)
    for _ in range(4):  # finds someone nearly always
        place = rng.choice(_SERVES, count)
        one = np.minimum(chain.first[store] + place, len(chain.hired) - 1)
        works = (chain.hired[one] <= day) & (day <= chain.left[one]) & (place < chain.staff[store])
        employee = np.where((employee == _NULL) & works, one, employee)
    employee[rng.random(count) < 0.05] = _NULL
    return np.where(rng.random(count) < 0.002, len(chain.hired) + 100, employee)


def _visitor(chain: _Chain, day: Array, store: Array) -> Array:
    """A customer whom the store has won by that day, rather a recent one, or nobody."""
    rng, count = chain.rng, len(day)
    won = (day - chain.won_from[store]) * _WON // chain.won_in[store] + 1
    recent = (won * rng.random(count) ** 1.8).astype(int)
    anonymous = (won < 1) | (rng.random(count) < 0.15)
    return np.where(anonymous, _NULL, store * _WON + won - 1 - recent)


def _flags(rng: np.random.Generator, count: int, yes: float, unknown: float) -> Array:
    dice = rng.random(count)
    return np.where(dice < yes, 1, np.where(dice < yes + unknown, _NULL, 0))


def _edges() -> Array:
    """First moment of each quarter and the microsecond before it, within the two years."""
    starts = np.array([*_QUARTERS, _DAYS]) * _DAY_US
    return np.sort(np.append(starts[:-1], starts[1:] - 1))


# ── what happens on visits ──────────────────────────────────────────────────────────────────────


def _sales(chain: _Chain, lines: int) -> dict[str, Array]:
    rng, odd = chain.rng, _odd_sales(chain)
    lines -= len(odd["sold_at"])
    visits = lines * 4 // 9
    sold_at, who = _visits(chain, chain.actual, visits, 8, 21)
    visit = np.repeat(np.arange(visits), _lines_of(rng, visits, lines))
    category = (rng.random(lines) ** 1.3 * len(_PRICES)).astype(int)
    quantity = 1 + (rng.random(lines) * _MOST_PIECES[category]).astype(int)
    test = _flags(rng, visits, yes=0.002, unknown=0.002)[visit]
    skill = 0.8 + who["employee_id"][visit] * 37 % 100 / 220
    price = _PRICES[category] * rng.lognormal(0, 0.35, lines) * np.where(test == 1, 1000, 1)
    amount = np.round(price * quantity * skill * 100)
    usual = {name: ids[visit] for name, ids in who.items()} | {
        "sold_at": sold_at[visit],
        "category": category,
        "quantity": quantity,
        "amount": amount,
        "cost": np.round(amount * (1 - _MARGINS[category] - rng.normal(0, 0.04, lines))),
        "is_return": _flags(rng, visits, yes=0.04, unknown=0.0005)[visit],
        "is_test": test,
    }
    sales = {name: np.append(usual[name], odd[name]) for name in usual}
    return sales | {"ticket": np.append(visit, visits + np.arange(len(odd["sold_at"]))) + 1}


def _lines_of(rng: np.random.Generator, visits: int, lines: int) -> Array:
    """One to four lines for each visit, `lines` in all."""
    number = rng.choice(np.array([1, 2, 3, 4]), visits, p=[0.3, 0.3, 0.25, 0.15])
    short = lines - int(number.sum())
    may_change = np.flatnonzero(number < 4 if short > 0 else number > 1)
    number[rng.permutation(may_change)[: abs(short)]] += np.sign(short)
    return number


def _odd_sales(chain: _Chain) -> dict[str, Array]:
    """Sales at the edges of quarters; and a sale and its return, all the rows of a quarter."""
    rows = [(moment, 0, 8_800, 0) for moment in _edges()]
    for quarter, store, back in _cancelled():
        noon = _QUARTERS[quarter] * _DAY_US + 30 * _DAY_US + 12 * _HOUR_US
        rows += [(noon, store, 64_000, 0), (noon + _HOUR_US, store, back, 1)] if back else []
    sold_at, store_id, amount, returned = np.array(rows).T
    none = np.zeros_like(amount)
    return {
        "sold_at": sold_at,
        "store_id": store_id,
        "employee_id": chain.first[store_id] + 1,
        "customer_id": none,
        "category": none + 1,
        "quantity": none + 1,
        "amount": amount,
        "cost": np.round(amount * 0.65),
        "is_return": returned,
        "is_test": none,
    }


def _surveys(chain: _Chain) -> dict[str, Array]:
    rng, count = chain.rng, len(chain.staff) * 8 * 42
    weights = np.sqrt(chain.actual)  # small stores ask a larger part of their customers
    weights[:, [_number(store) for store in CASES["few_surveys"]]] *= 0.2
    moment, who = _visits(chain, weights, count, 8, 21)
    mean = rng.normal(4.15, 0.25, len(chain.staff))[who["store_id"] % len(chain.staff)]
    satisfaction = np.clip(np.round(rng.normal(mean, 0.8)), 1, 5).astype(int)
    recommend = np.clip(satisfaction * 2 + rng.integers(-2, 2, count), 0, 10)
    return who | {
        "survey_id": np.arange(1, count + 1),
        "answered_on": moment // _DAY_US,
        "satisfaction": np.where(rng.random(count) < 0.06, _NULL, satisfaction),
        "recommend": np.where(rng.random(count) < 0.1, _NULL, recommend),
    }


def _requests(chain: _Chain) -> dict[str, Array]:
    rng, usual = chain.rng, len(chain.staff) * 8 * 20
    moment, who = _visits(chain, chain.actual**0.7, usual, 7, 23)
    opened = np.append(moment, _edges())
    count = len(opened)
    at_edges = {"store_id": 0, "employee_id": 1, "customer_id": 0}
    who = {
        name: np.append(ids, np.full(count - usual, at_edges[name])) for name, ids in who.items()
    }
    hours = rng.exponential(4 + who["store_id"] * 5 % 7)  # some stores are slower
    answered = opened + (hours * _HOUR_US).astype(int)
    resolved = answered + (rng.exponential(40, count) * _HOUR_US).astype(int)
    silent = rng.random(count) < 0.05
    complaint = _flags(rng, count, yes=0.3, unknown=0.005)
    return who | {
        "request_id": np.arange(1, count + 1),
        "opened_at": opened,
        "first_response_at": np.where(silent, _NULL, answered),
        "resolved_at": np.where(silent | (rng.random(count) < 0.08), _NULL, resolved),
        "kind": rng.integers(0, len(_WORDS["kind"]), count),
        "is_complaint": complaint,
        "upheld": np.where(complaint == 1, _flags(rng, count, yes=0.42, unknown=0.1), _NULL),
    }


def _targets(chain: _Chain, sold: int) -> dict[str, Array]:
    """Net sales: a store's planned share of all that is sold, in thousands. New customers."""
    quarter, store = np.divmod(np.arange(len(_QUARTERS) * len(chain.staff)), len(chain.staff))
    planned = np.add.reduceat(chain.planned, _QUARTERS, axis=0).ravel()
    share = planned / chain.actual.sum() * chain.rng.normal(1, 0.05, len(store))
    new = _NEW_CUSTOMERS[chain.format[store]] + chain.rng.integers(-2, 3, len(store))
    forgotten = np.isin(store, [_number(key) for key in CASES["no_target"]])
    forgotten &= np.array(_QUARTERS)[quarter] >= _day("2025-07-01")
    rows = np.append((planned > 0) & ~forgotten, planned > 0)
    return {
        "kpi_code": np.repeat([0, 1], len(store))[rows],
        "store_id": np.tile(store, 2)[rows],
        "starts_on": np.tile(np.array(_QUARTERS)[quarter], 2)[rows],
        "target_value": 100 * np.append(np.round(share * sold / 1000) * 1000, new)[rows],
    }
