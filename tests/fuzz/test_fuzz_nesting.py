"""1,000 expressions inside of themselves: an answer, never a traceback."""

import pytest

from tests.support.fuzz_checks import fuzz
from tests.support.fuzz_texts import nested


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(1))
def test_nested_expressions(chunk: int) -> None:
    fuzz(nested, chunk)
