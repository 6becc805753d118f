"""36,000 files of words in no order: an answer, never a traceback."""

import pytest

from tests.support.fuzz_checks import fuzz
from tests.support.fuzz_texts import soup


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(36))
def test_words_in_no_order(chunk: int) -> None:
    fuzz(soup, chunk)
