"""docs/mechanics.md: each of the 71 mechanics has its line, and its example is checked.

The lines stand in a section beside the small workspace of the language page. What is not computed
yet is in one list, which fails when an entry of it works.
"""

import re
from pathlib import Path

import pytest

from engine import check
from tests.support.page_workspace import PAGE, errors, write

ROW = re.compile(r"^\| (M\d+) \| ([^|]+) \|(?: (\w+))? \| (.+) \|$", re.MULTILINE)
FOUND = ROW.findall((PAGE.parent / "mechanics.md").read_text("utf-8"))

HEAD = "scorecard told\nfor store\nevery quarter\nround total 1\n"
CARD = f"{HEAD}when missing leave out\n"
CURVE = "curve linear\nat 0 score 0\nat 10_000 score 100\n"
SALES = f"measure net_sales\nweight 100%\n{CURVE}"
KPI = "kpi told\nunit points\nformula average(surveys.satisfaction)\n"
GRADES = 'grade A "A"\nfrom 85\ngrade B "B"\notherwise\n'

# The sections around an example, by the place that the page names.
PLACES = {
    "measure": f"{HEAD}measure net_sales\nweight 100%\n{{}}\n",
    "lower": f"{KPI}better lower\n{HEAD}measure told\nweight 100%\n{{}}\n",
    "best": f"{KPI}better target\n{HEAD}measure told\nweight 100%\n{{}}\n",
    "kpi": "kpi told\nunit {unit}\nbetter higher\n{}\n",
    "rule": f"{CARD}{SALES}grade A\nfrom 85\ngrade C\notherwise\nrule told\n{{}}\n",
    "grades": f"{CARD}{SALES}{{}}\n",
    "file": "{}\n",
}
UNITS = {"surveys": "points", "/": "CNY per pieces", "quantity": "CNY per pieces"}
WAITING = frozenset({"M17"})


def sections(where: str, example: str) -> str:
    """The example as lines of a file, with what the place needs around it."""
    lines = "\n".join(each.strip() for each in example.split(";"))
    if where == "card":
        return card(lines)
    unit = next((it for word, it in UNITS.items() if word in example), "CNY")
    told = PLACES[where].replace("{unit}", unit).replace("{}", lines)
    absent = where in ("measure", "lower", "best") and "when missing" not in lines
    return (
        told.replace("round total 1", "round total 1\nwhen missing leave out") if absent else told
    )


def card(lines: str) -> str:
    """Facts of the card, then its measures, each with a curve."""
    facts, *measures = re.split(r"^(?=measure |perspective )", lines, flags=re.MULTILINE)
    head = HEAD if "when missing" in facts else CARD
    facts = facts.replace("round total 1", "")
    drawn = [
        each if each.startswith("perspective") else f"{each}\n{CURVE if 'sales' in each else FIVE}"
        for each in (measures or ["measure net_sales\nweight 100%"])
    ]
    return "\n".join([head, facts, *drawn])


FIVE = "curve linear\nat 0 score 0\nat 5 score 100\n"


def test_every_mechanic_has_its_line() -> None:
    """Said, or left out with a reason, or the issue that it waits for."""
    assert [number for number, *_ in FOUND] == [f"M{place}" for place in range(1, 72)]
    for _, _, where, said in FOUND:
        assert where in {*PLACES, "card", ""}
        assert "`" in said or re.match(r"out|waits? for|the review", said)


EXAMPLES = [
    (number, where, re.findall(r"`([^`]+)`", said)[-1])
    for number, _, where, said in FOUND
    if where and re.search(r"`[^`]*[; ][^`]*`", said) and number not in ("M36", "M37", "M61")
]


@pytest.mark.parametrize(("number", "where", "example"), EXAMPLES, ids=[it[0] for it in EXAMPLES])
def test_the_example_is_checked(tmp_path: Path, number: str, where: str, example: str) -> None:
    found = errors(check(write(tmp_path, sections(where, example))))
    if number in WAITING:
        assert "K0109" in found
        assert not [each for each in found if each.startswith("K010") and each != "K0109"]
    else:
        assert found == []
