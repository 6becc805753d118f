"""Broken texts by the thousand: pieces of good ones, damaged in the ways in which texts break.

Everything is drawn from one `Random`, so that a seed and a number name a text for good.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from grammar import Source, format
from grammar.words import words

REPOSITORY = Path(__file__).resolve().parents[2]

_HEADER = re.compile(r"^(?=\S)(?!#)", re.MULTILINE)
_TOKEN = re.compile(r'"[^"\n]*"|[^\W\d]\w*|\d[\w.]*%?|\n[ \t]*|[ \t]+|.', re.DOTALL)


def _examples() -> list[str]:
    paths = sorted((REPOSITORY / "scorecards").glob("*.scorecard"))
    return [path.read_text("utf-8") for path in paths]


def _blocks() -> list[str]:
    """What the language page shows, and the cards of the bad-input tests without their marks."""
    page = (REPOSITORY / "docs" / "language.md").read_text("utf-8")
    found = re.findall(r"^```\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    for path in sorted((REPOSITORY / "tests" / "bad_input").glob("*.cases")):
        text = re.sub(r"^(?:-- .*|@.*)$| *#[!?>] K.*$", "", path.read_text("utf-8"), flags=re.M)
        found.append(text)
    return found


def _chinese(text: str) -> str:
    return format(Source("a.scorecard", text), "zh").text or text


def _sections(texts: Sequence[str]) -> list[str]:
    return [part for text in texts for part in _HEADER.split(text) if part.strip()]


ENGLISH = _examples()
CHINESE = [_chinese(text) for text in ENGLISH]
SECTIONS = _sections([*ENGLISH, *CHINESE, *_blocks()])
LINES = sorted({line for section in SECTIONS for line in section.splitlines(keepends=True)})
TOKENS = sorted({token for section in SECTIONS for token in _TOKEN.findall(section)})
PHRASES = sorted({phrase for phrases in words().phrases.values() for phrase in phrases})

NUMBERS = (
    "0 -1 1e9 0.85 1_200 1,200 9999999999999999999999 0.000000000001 12万 9亿 3k ８％ -8% 1000% 0%"
    " CNY ¥12 ￥3万 120万元 USD 0 2025-07-01 2025-13-45 2025-02-30 0001-01-01 9999-12-31 2025/7/1"
    " 2025年7月1日 2025Q3 FY2025 2025-W53 2025-W99 2025H1 2025年第三季度 0000Q1 9999Q4 13月 1月"
).split()
STARTS = ("", "kpi k\n  formula ", "measure m\n  ", "scorecard c\n  ", "data d\n  ", "entity e\n  ")
SIGNS = [*"()（）,，、.．+-−*/×÷=<>＜≠[]#:;?!\\'\"“”%％万_@&|{}~^$`", "<=", "<>", "!=", "=="]
ODD = [
    *("\t", "\u3000", "\u00a0", "\ufeff", "\x00", "\r", "\r\n", "\n", "\x0b", "\x0c", "\x1c"),
    *("\x85", "\u2028", "\u2029", "\u200b", "\u200d", "\u202e", "\u0301", "é", "e\u0301", "ﬁ"),
    *("İ", "ß", "ı", "𝟛", "٣", "²", "Ⅳ", "😀", "👩\u200d👩", "\U0010ffff", "가", "ｗｅｉｇｈｔ"),
]

Mutation = Callable[[Random, str], str]


def soup(random: Random) -> bytes:
    """Words in no order, below a header that lets reading get into a line."""
    pools = random.choices((PHRASES, TOKENS, NUMBERS, SIGNS, ODD), (8, 8, 3, 4, 1), k=20)
    pieces = [random.choice(pool) for pool in pools[: random.randint(1, 20)]]
    return _bytes(random.choice(STARTS) + random.choice((" ", " ", "")).join(pieces))


def slipped(random: Random) -> bytes:
    """A section in which the hand or the mind slipped: words, names and figures are not right."""
    return _bytes(_mutated(random, SLIPS))


def torn(random: Random) -> bytes:
    """Sections with lines lost, doubled or moved, cut off, or run into each other."""
    return _bytes(_mutated(random, TEARS))


def _mutated(random: Random, mutations: Sequence[Mutation]) -> str:
    text = "".join(random.choices(SECTIONS, k=random.choice((1, 1, 1, 1, 1, 2))))
    for _ in range(random.choice((1, 1, 1, 1, 2, 3))):
        text = random.choice(mutations)(random, text)
    return text


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def nested(random: Random) -> bytes:
    """An expression inside of itself, as deep as nobody writes it."""
    opening, closing = random.choice(
        (
            ("(", ")"),
            ("abs(", ")"),
            ("not (", ")"),
            ("-", ""),
            ("上期 ", ""),
            ("", " for previous period"),
            ("if a > 1 then ", " else 2"),
            ("growth(", ")"),
            ("sum(sales.amount where ", " > 1)"),
            ("1 + (", ")"),
            ("a and (b or (", "))"),
        )
    )
    depth = random.choice((2, 9, 60, 119, 121, 200, 1500))
    inner = random.choice(("1", "net_sales", "sum(sales.amount)", "", "amount", "k"))
    closed = closing * (depth - random.choice((0, 0, 0, 1)))
    return _bytes(f"kpi k\n  formula {opening * depth}{inner}{closed}\n  unit CNY\n")


def damaged(random: Random) -> bytes:
    """A file that is no longer what somebody saved: bytes lost, flipped, in another encoding."""
    data = _bytes(random.choice(SECTIONS))
    match random.randrange(5):
        case 0:
            return data[: random.randint(0, len(data))]
        case 1:
            encoding = random.choice(("utf-16", "gb18030", "utf-8-sig", "utf-32", "latin-1"))
            return data.decode().encode(encoding, "replace")
        case 2:
            return data.replace(b"\n", random.choice((b"\r\n", b"\r", b"\n\r", b"\x00\n")))
    changed = bytearray(data or b"\n")
    for _ in range(random.choice((1, 1, 3, 20))):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


# ── what is done to a text ───────────────────────────────────────────────────────────────────────


def _cut(random: Random, text: str) -> str:
    return text[: random.randint(0, len(text))]


def _without(random: Random, text: str) -> str:
    start = random.randint(0, len(text))
    return text[:start] + text[start + random.randint(1, 30) :]


def _with(random: Random, text: str) -> str:
    start = random.randint(0, len(text))
    return text[:start] + _piece(random) + text[start:]


def _other_token(random: Random, text: str) -> str:
    """One word for another: what a slip of the hand or of the mind does."""
    tokens = _TOKEN.findall(text) or [""]
    tokens[random.randrange(len(tokens))] = _piece(random)
    return "".join(tokens)


def _swapped_tokens(random: Random, text: str) -> str:
    tokens = _TOKEN.findall(text) or [""]
    one, other = random.randrange(len(tokens)), random.randrange(len(tokens))
    tokens[one], tokens[other] = tokens[other], tokens[one]
    return "".join(tokens)


def _misspelt(random: Random, text: str) -> str:
    place = random.randint(0, max(len(text) - 2, 0))
    return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]


def _lines(random: Random, text: str) -> str:
    """A line lost, doubled, moved, or in from elsewhere."""
    lines = text.splitlines(keepends=True) or [""]
    place = random.randrange(len(lines))
    match random.randrange(4):
        case 0:
            del lines[place]
        case 1:
            lines.insert(place, lines[place])
        case 2:
            lines.insert(random.randint(0, len(lines) - 1), lines.pop(place))
        case _:
            lines.insert(place, random.choice(LINES))
    return "".join(lines)


def _spliced(random: Random, text: str) -> str:
    """The beginning of one text and the end of another, in the middle of a line."""
    other = random.choice(SECTIONS)
    return text[: random.randint(0, len(text))] + other[random.randint(0, len(other)) :]


def _renamed(random: Random, text: str) -> str:
    """One name everywhere for another: cycles, missing names, names of another kind."""
    names = re.findall(r"[^\W\d]\w*", text) or ["x"]
    old, new = random.choice(names), random.choice((*names, *TOKENS[-40:], random.choice(PHRASES)))
    return re.sub(rf"\b{re.escape(old)}\b", lambda match: new, text)


def _renumbered(random: Random, text: str) -> str:
    places = [match.span() for match in re.finditer(r"\d[\d_.\-]*%?", text)] or [(0, 0)]
    start, end = random.choice(places)
    return text[:start] + random.choice(NUMBERS) + text[end:]


def _piece(random: Random) -> str:
    (pool,) = random.choices((TOKENS, PHRASES, NUMBERS, SIGNS, ODD, LINES), (6, 4, 3, 3, 2, 1))
    piece = random.choice(pool)
    return f" {piece} " if random.random() < 0.5 else piece


SLIPS = (_with, _other_token, _swapped_tokens, _misspelt, _renamed, _renumbered)
TEARS = (_cut, _without, _lines, _lines, _spliced)
