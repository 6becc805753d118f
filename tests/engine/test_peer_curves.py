"""`curve peers`: places among others by hand, and what holds for all values."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import check
from engine.card import Curve, PeerScale
from engine.documents import sheet_document
from engine.explanation import Node, explain
from engine.numbers import snap
from engine.peer_curves import PeerScores, peer_scores
from engine.peer_groups import Groups
from engine.reasons import name
from engine.sentences import sentences
from grammar import Span
from grammar import syntax as s
from grammar.source import Source
from tests.support.small_workspaces import codes, items, make_workspace, score_card, shown

FORMS = ("percentile", "zscore", "minmax", "best")
NOWHERE = Span(Source("", ""), 0, 0)


def scored(
    form: str, values: list[float | None], better: str = "higher", group: str = ""
) -> PeerScores:
    """Values of one group, or of groups by letter; all of them are to be scored."""
    scale = (50.0, 10.0) if form == "zscore" else (None, None)
    curve = Curve("peers", form, peers=PeerScale(s.Path((), span=NOWHERE), *scale))
    found = np.array([np.nan if each is None else each for each in values], dtype=np.float64)
    letters = group or "a" * len(values)
    number = np.array([sorted(set(letters)).index(each) for each in letters], dtype=np.intp)
    names = np.array(list(letters), dtype=object)
    return peer_scores(curve, better, snap(found), Groups(number, names), ~np.isnan(found))


def of(
    form: str, values: list[float | None], better: str = "higher", group: str = ""
) -> list[object]:
    """Scores, and reasons where there is none."""
    found = scored(form, values, better, group)
    pairs = zip(found.scores.tolist(), found.reasons.tolist(), strict=True)
    return [score if score == score else name(reason) for score, reason in pairs]


@pytest.mark.parametrize(
    ("form", "better", "expected"),
    [
        # 2 4 4 6 14: less 0 1 1 3 4, equal 1 2 2 1 1, of five
        ("percentile", "higher", [10, 40, 40, 70, 90]),
        ("percentile", "lower", [90, 60, 60, 30, 10]),
        # mean 6, squares 16 4 4 0 64, of five: 17.6, deviation 4.19523539268
        ("zscore", "higher", [40.4653741075, 45.2326870538, 45.2326870538, 50, 69.069251785]),
        ("zscore", "lower", [59.5346258925, 54.7673129462, 54.7673129462, 50, 30.930748215]),
        # (x - 2) / 12
        ("minmax", "higher", [0, 16.6666666667, 16.6666666667, 33.3333333333, 100]),
        ("minmax", "lower", [100, 83.3333333333, 83.3333333333, 66.6666666667, 0]),
        # x / 14; 2 / x
        ("best", "higher", [14.2857142857, 28.5714285714, 28.5714285714, 42.8571428571, 100]),
        ("best", "lower", [100, 50, 50, 33.3333333333, 14.2857142857]),
    ],
)
def test_by_hand(form: str, better: str, expected: list[float]) -> None:
    assert of(form, [2, 4, 4, 6, 14], better) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize(
    ("form", "middle"), [("percentile", 50), ("zscore", 50), ("minmax", 50), ("best", 100)]
)
@pytest.mark.parametrize("better", ["higher", "lower"])
def test_all_equal_are_in_the_middle(form: str, middle: float, better: str) -> None:
    assert of(form, [0.1] * 7, better) == [middle] * 7


@pytest.mark.parametrize("form", FORMS)
def test_fewer_than_three_values_have_no_place_and_no_figures(form: str) -> None:
    found = scored(form, [1, 2, None, 5, 6, 7], group="aaabbb")
    assert of(form, [1, 2, None, 5, 6, 7], group="aaabbb")[:3] == ["few_peers"] * 3
    assert not np.isnan(found.scores[3:]).any()
    assert found.size.tolist() == [2, 2, 2, 3, 3, 3]
    for figure in (found.mean, found.deviation, found.least, found.most, found.worse, found.equal):
        assert np.isnan(figure[:3]).all()


def test_a_best_value_that_is_not_positive() -> None:
    assert of("best", [-3, -2, 0]) == ["target_not_positive"] * 3
    assert of("best", [0, 2, 5], "lower") == ["target_not_positive"] * 3
    assert of("best", [-3, 0, 2]) == [-150, 0, 100]


VALUES = st.lists(st.integers(-50, 50).map(lambda n: n / 8), min_size=3, max_size=12)
BETTER = st.sampled_from(["higher", "lower"])


@given(form=st.sampled_from(FORMS), values=VALUES, better=BETTER)
def test_better_values_never_score_less_and_equal_ones_the_same(
    form: str, values: list[float], better: str
) -> None:
    scores = scored(form, list(values), better).scores
    sign = -1 if better == "lower" else 1
    pairs = sorted(zip((sign * each for each in values), scores, strict=True))
    for (low, first), (high, second) in pairwise(pairs):
        if not np.isnan(first):
            assert second >= first - 1e-9
            assert low != high or first == second
            assert low == high or form == "best" or second > first


@given(values=VALUES, form=st.sampled_from(FORMS[:3]))
def test_less_is_better_mirrors(values: list[float], form: str) -> None:
    up, down = (scored(form, list(values), better).scores for better in ("higher", "lower"))
    assert (up + down).tolist() == pytest.approx([100.0] * len(values))


@given(values=VALUES, better=BETTER, order=st.randoms(use_true_random=False))
def test_as_the_page_says_whatever_the_order(
    values: list[float], better: str, order: object
) -> None:
    """docs/language.md 6.4 in exact fractions."""
    order.shuffle(values)  # type: ignore[attr-defined]
    exact = [Fraction(each) for each in values]
    n, sign = len(exact), -1 if better == "lower" else 1
    for form in FORMS:
        for x, score in zip(exact, scored(form, list(values), better).scores, strict=True):
            expected = plain(form, x, exact, sign, n)
            assert score == pytest.approx(expected, rel=1e-11, abs=1e-11, nan_ok=True)


def plain(form: str, x: Fraction, peers: list[Fraction], sign: int, n: int) -> float:
    low, high, mean = min(peers), max(peers), sum(peers) / n
    worse = sum(sign * each < sign * x for each in peers)
    best = low if sign < 0 else high
    match form:
        case "percentile":
            return float(100 * (worse + Fraction(peers.count(x), 2)) / n)
        case "minmax":
            away = sign * (x - (high if sign < 0 else low))
            return float(100 * away / (high - low)) if high > low else 50.0
        case "best":
            part = low / x if sign < 0 and x else x / best if best else 0
            return float(100 * part) if best > 0 else float("nan")
    variance = sum((each - mean) ** 2 for each in peers) / n
    return 50 + 10 * sign * float(x - mean) / float(variance) ** 0.5 if variance else 50.0


# ── in a card ───────────────────────────────────────────────────────────────────────────────────

TEXT = """
    entity company
      everything
    entity store
      file "stores.csv"
      key store_id
      attribute region
      active from opened
    entity clerk
      file "clerks.csv"
      key clerk_id
      belongs to store by store_id
    data sales
      file "sales.csv"
      date day
      link store by store_id
    kpi net
      formula sum(sales.amount)
      unit CNY
      better {better}
      {needs}
    scorecard card
      for {who}
      every quarter
      round total 1
      when missing leave out
      {more}
    measure net{at}
      weight 100%
      curve peers {curve}
"""
STORES = """store_id,region,opened
    A,East,
    B,East,
    C,East,
    D,East,
    E,West,
    F,West,
    G,,
    H,East,2025-10-01
"""
SALES = """store_id,day,amount
    A,2025-07-01,10
    A,2025-07-02,10
    B,2025-07-01,40
    C,2025-07-01,60
    C,2025-07-02,20
    C,2025-07-03,20
    D,2025-07-01,30
    D,2025-07-02,10
    E,2025-07-01,5
    F,2025-07-01,7
    G,2025-07-01,9
"""
CLERKS = "clerk_id,store_id\n1,A\n2,A\n3,A\n4,B\n5,C\n6,E\n7,"
CSV = {"stores": STORES, "sales": SALES, "clerks": CLERKS}


def text(curve: str, **parts: str) -> str:
    usual = {"better": "higher", "needs": "", "who": "store", "more": "", "at": ""} | parts
    return TEXT.format(curve=curve.replace("; ", "\n      "), **usual)


def scores(folder: Path, curve: str, **parts: str) -> dict[str, object]:
    made = make_workspace(folder, text(curve, **parts), CSV)
    return dict(shown(score_card(made, "card", "2025Q3"), "net", "score"))


NOBODY = dict.fromkeys("EFG", "few_peers")


def test_within_a_region(tmp_path: Path) -> None:
    """A 20, B 40, C 100, D 40; two in the West, one without a region, H not open yet."""
    found = scores(tmp_path, "percentile within region")
    assert found == {"A": 12.5, "B": 50.0, "C": 87.5, "D": 50.0} | NOBODY


def test_within_everything_and_limits(tmp_path: Path) -> None:
    found = scores(tmp_path, "minmax within company; limit 10 to 90")
    assert found["C"] == 90
    assert found["E"] == 10
    assert found["A"] == pytest.approx(100 * 15 / 95)


def test_a_zscore_has_a_scale(tmp_path: Path) -> None:
    """Mean 50, squares 900 100 2500 100 of four: 900, deviation 30."""
    found = scores(tmp_path, "zscore within region; mean 75; spread 10; limit 0 to 90")
    assert found == {"A": 65.0, "B": 71.6666666667, "C": 90.0, "D": 71.6666666667} | NOBODY


def test_only_what_is_to_be_scored_is_compared(tmp_path: Path) -> None:
    """B has too small a sample, and D is exempt: A and C alone are too few."""
    exempt = 'exempt store "D" measure net from 2025-07-01 through 2025-09-30 reason "fire"'
    needs = {"needs": "needs count(sales) >= 2"}
    found = scores(tmp_path / "1", "percentile within region", **needs)
    assert found == {
        **{"A": 16.6666666667, "B": "below_sample", "C": 83.3333333333, "D": 50.0},
        **dict.fromkeys("EFG", "below_sample"),
    }
    found = scores(tmp_path / "2", "percentile within region", more=exempt, **needs)
    assert found["A"] == found["C"] == "few_peers"
    assert found["D"] == "exempt"


def test_stores_in_the_card_of_clerks_count_once(tmp_path: Path) -> None:
    """Three clerks of A. Of the East only A, B and C have clerks: 20, 40, 100."""
    found = scores(tmp_path, "percentile within region", who="clerk", at=" at store")
    assert found == {
        **dict.fromkeys("123", 16.6666666667),
        **{"4": 50.0, "5": 83.3333333333, "6": "few_peers", "7": "not_assigned"},
    }


def test_who_asks_changes_nothing(tmp_path: Path) -> None:
    made = make_workspace(tmp_path, text("percentile within region"), CSV)
    sheet = score_card(made, "card", "2025Q3")
    (only,) = sheet_document(sheet, only=("A",))["items"]
    assert only == items(sheet)["A"]
    assert only["measures"]["net"]["score"] == 12.5


def test_the_explanation_has_the_figures_and_no_names(tmp_path: Path) -> None:
    curve = "zscore within region; mean 75; spread 10"
    sheet = score_card(make_workspace(tmp_path, text(curve), CSV), "card", "2025Q3")
    group, figures, said = explained(sheet, "A")
    assert (group.name, group.label, group.rows) == ("zscore", "region, East", 4)
    assert figures == {"rank": 4, "mean": 50, "deviation": 30}
    assert (
        "net is number 4 of 4 peers in East, itself included;"
        " their mean is CNY 50, their standard deviation CNY 30." in said
    )
    small, figures, said = explained(sheet, "E")
    assert (small.rows, figures) == (2, {})
    assert not any("CNY 7" in each for each in said)
    assert any("there are too few peers" in each for each in said)


@pytest.mark.parametrize(
    ("curve", "figures", "said"),
    [
        (
            "percentile within region",
            {"rank": 2, "worse": 1, "equal": 2},
            "“net”在“East”组的 4 个可比对象（含自己）中排第 2：1 个的值较差，2 个的值相同。",
        ),
        (
            "minmax within region",
            {"rank": 2, "least": 20, "most": 100},
            "“net”在“East”组的 4 个可比对象（含自己）中排第 2：最小值为 20 元，最大值为 100 元。",
        ),
        (
            "best within region",
            {"rank": 2, "best": 100},
            "“net”在“East”组的 4 个可比对象（含自己）中排第 2：最优值为 100 元。",
        ),
    ],
)
def test_figures_of_each_form(
    curve: str, figures: dict[str, float], said: str, tmp_path: Path
) -> None:
    sheet = score_card(make_workspace(tmp_path, text(curve), CSV), "card", "2025Q3")
    _, found, sentences_found = explained(sheet, "B", "zh")
    assert found == figures
    assert said in sentences_found


def test_a_best_value_of_nothing_is_not_called_a_target(tmp_path: Path) -> None:
    sheet = score_card(
        make_workspace(
            tmp_path,
            text("best within company", better="lower"),
            CSV | {"sales": SALES + "G,2025-07-03,-9\n"},
        ),
        "card",
        "2025Q3",
    )
    assert shown(sheet, "net", "score")["A"] == "target_not_positive"
    _, figures, said = explained(sheet, "A")
    assert figures == {}
    assert any("the best value among its peers is not positive" in each for each in said)


def explained(
    sheet: object, key: str, language: str = "en"
) -> tuple[Node, dict[str, float], list[str]]:
    explanation = explain(sheet, key, language)  # type: ignore[arg-type]
    assert explanation is not None
    (measure,) = (each for each in explanation.tree.children if each.kind == "measure")
    (group,) = (each for each in measure.children if each.kind == "peers")
    figures = {each.name: each.value or 0 for each in group.children}
    return group, figures, list(sentences(explanation, language))


@pytest.mark.parametrize(
    ("curve", "better", "expected"),
    [
        ("zscore within region", "higher", ["K0533"]),
        ("zscore within region; mean 50", "higher", ["K0533"]),
        ("zscore within region; mean 50; spread 0", "higher", ["K0534"]),
        ("percentile within region; mean 50", "higher", ["K0536"]),
        ("percentile within region", "target", ["K0535"]),
        ("best within region", "neither", ["K0535"]),
        ("best within region; at 5 score 0", "higher", ["K0512"]),
        ("best within colour", "higher", ["K0201"]),
        ("best within region; target 50", "higher", ["K0515"]),
        ("best within region; target 50 for display", "higher", []),
    ],
)
def test_what_is_refused(curve: str, better: str, expected: list[str], tmp_path: Path) -> None:
    made = make_workspace(tmp_path, text(curve, better=better), CSV)
    found = [each for each in check(made) if each.severity == "error"]
    assert codes(found) == expected


def test_the_fix_writes_the_scale(tmp_path: Path) -> None:
    made = make_workspace(tmp_path, text("zscore within region"), CSV)
    (found,) = (each for each in check(made) if each.code == "K0533")
    ((edit,),) = (fix.edits for fix in found.fixes)
    assert edit.text == "\n  mean 75\n  spread 10"
