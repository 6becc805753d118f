"""Competition ranks within groups, ties and who is left out; grades from rounded totals."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.card import Grade
from engine.ranking import grades, rank_within
from grammar import Source, Span

NOWHERE = Span(Source("test", ""), 0, 0)
NAN = float("nan")


def ranks(
    totals: Sequence[float],
    groups: Sequence[str | None] | None = None,
    ranked: Sequence[bool] | None = None,
    ties: Sequence[float] | None = None,
) -> list[int]:
    count = len(totals)
    group = np.array(groups if groups is not None else [None] * count, dtype=object)
    flags = np.array(ranked if ranked is not None else [True] * count, dtype=bool)
    breaker = None if ties is None else np.array(ties, dtype=float)
    return [int(r) for r in rank_within(np.array(totals, dtype=float), group, flags, breaker)]


def test_equal_totals_share_a_rank_and_the_next_one_is_left_out() -> None:
    assert ranks([101, 100, 100, 99]) == [1, 2, 2, 4]
    assert ranks([99, 100, 101, 100]) == [4, 2, 1, 2]
    assert ranks([70, 70, 70]) == [1, 1, 1]


def test_every_group_has_its_own_ranks() -> None:
    groups = ["East", "West", "East", "West", "East"]
    assert ranks([90, 95, 90, 80, 70], groups) == [1, 1, 1, 2, 3]


def test_entities_without_a_group_form_one() -> None:
    assert ranks([90, 80, 70], [None, "East", None]) == [1, 1, 2]


def test_a_tie_breaker_tells_equals_apart() -> None:
    assert ranks([100, 100, 99], ties=[50, 60, 90]) == [2, 1, 3]


def test_a_missing_tie_breaker_comes_last() -> None:
    assert ranks([100, 100, 100], ties=[NAN, 60, -20]) == [3, 1, 2]


def test_what_is_still_equal_shares_a_rank() -> None:
    assert ranks([100, 100, 100, 99], ties=[60, 60, 50, 70]) == [1, 1, 3, 4]
    assert ranks([100, 100], ties=[NAN, NAN]) == [1, 1]


def test_a_tie_breaker_never_beats_a_total() -> None:
    assert ranks([99, 100], ties=[1000, NAN]) == [2, 1]


def test_who_is_not_ranked_takes_no_place() -> None:
    assert ranks([100, 90, 80], ranked=[False, True, True]) == [0, 1, 2]
    assert ranks([100, NAN, 80]) == [1, 0, 2]
    assert ranks([], []) == []
    assert ranks([50, 60], ranked=[False, False]) == [0, 0]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([70.0, 80.0, 80.1, 95.0, NAN]),
            st.sampled_from(["East", "West"]),
            st.booleans(),
            st.sampled_from([1.0, 2.0, NAN]),
        ),
        max_size=12,
    )
)
def test_a_rank_is_one_more_than_the_number_of_those_ahead(
    rows: list[tuple[float, str, bool, float]],
) -> None:
    found = ranks(
        [total for total, *_ in rows],
        [group for _, group, *_ in rows],
        [ranked for *_, ranked, _ in rows],
        [tie for *_, tie in rows],
    )

    def place(total: float, tie: float) -> tuple[float, float]:
        return total, float("-inf") if np.isnan(tie) else tie

    wanted = []
    for total, group, ranked, tie in rows:
        if not ranked or np.isnan(total):
            wanted.append(0)
            continue
        rivals = [(t, x) for t, g, r, x in rows if r and g == group and not np.isnan(t)]
        wanted.append(1 + sum(place(t, x) > place(total, tie) for t, x in rivals))
    assert found == wanted


# ── grades ───────────────────────────────────────────────────────────────────────────────────────

SCALE = tuple(
    Grade(name, {}, least, NOWHERE) for name, least in (("A", 95.0), ("B", 85.0), ("C", None))
)


def graded(*totals: float) -> list[str | None]:
    return list(grades(np.array(totals, dtype=float), SCALE))


def test_the_best_grade_that_is_reached() -> None:
    assert graded(120, 95, 94.9, 85, 84.9, 0, -5) == ["A", "A", "B", "B", "C", "C", "C"]


def test_no_total_no_grade() -> None:
    assert graded(NAN, 95) == [None, "A"]


def test_no_scale_no_grade() -> None:
    assert list(grades(np.array([90.0]), ())) == [None]
