"""Texts that once met a fault, and a few of each kind of broken text."""

from random import Random

import pytest

from tests.support.fuzz_checks import Make, everything, failure, smallest
from tests.support.fuzz_texts import damaged, nested, slipped, soup, torn

FOUND = [
    b"\ncored",  # a header in place of a shorter word began in the line before
    b"sure \n  @\nscore",
    b'example "x"\r  on 2025Q3\r',  # was taken for a header again and again
    "kpi x\n  通过 1\n\\    unit CNY\n".encode(),  # the fault is told at another line
    b"kpi k\nformula %s1%s\n" % (b"if a > 1 then " * 60, b" else 2" * 60),  # fmt adds parentheses
    b"measure x\n  formula 1\n  unit CNY\n",
    b"scorecard c\nfor store\nevery month\neffective from 9999-12-31",  # a period after the last
]


@pytest.mark.parametrize("data", FOUND)
def test_found_before(data: bytes) -> None:
    everything(data)


@pytest.mark.parametrize("make", [soup, slipped, torn, damaged, nested])
def test_a_few_of_each_kind(make: Make) -> None:
    for number in range(15):
        data = make(Random(f"few {number}"))
        assert failure(data) is None, data


def test_a_kind_is_the_same_each_time() -> None:
    assert slipped(Random("0 7")) == slipped(Random("0 7")) != slipped(Random("0 8"))


def test_the_smallest_text_that_fails() -> None:
    def run(data: bytes) -> None:
        assert not (b"x" in data and b"y" in data), data

    assert failure(b"abcxdefyghi", run) is not None
    assert failure(b"abcx", run) is None
    small = smallest(b"abcxdefyghi", lambda less: failure(less, run) is not None)
    assert small == b"xy"
