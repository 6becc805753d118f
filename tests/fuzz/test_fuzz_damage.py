"""19,000 files with lost or changed bytes: an answer, never a traceback."""

import pytest

from tests.support.fuzz_checks import fuzz
from tests.support.fuzz_texts import damaged


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(19))
def test_damaged_files(chunk: int) -> None:
    fuzz(damaged, chunk)
