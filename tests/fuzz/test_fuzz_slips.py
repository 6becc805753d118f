"""24,000 sections with wrong words, names and figures: an answer, never a traceback."""

import pytest

from tests.support.fuzz_checks import fuzz
from tests.support.fuzz_texts import slipped


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(24))
def test_slips(chunk: int) -> None:
    fuzz(slipped, chunk)
