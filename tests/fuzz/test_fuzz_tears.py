"""20,000 files cut and joined in the wrong places: an answer, never a traceback."""

import pytest

from tests.support.fuzz_checks import fuzz
from tests.support.fuzz_texts import torn


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(20))
def test_cuts_and_joins(chunk: int) -> None:
    fuzz(torn, chunk)
