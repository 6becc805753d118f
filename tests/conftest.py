"""What all tests share: the real data sets, and the run in which no test may skip."""

import os
import signal
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parent.parent
NO_SKIP = os.environ.get("STEELYARD_NO_SKIP") == "1"

# How long an example takes says how busy the machine is, and nothing about the program.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the user's own cache; the commands that it starts do not either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data sets that are too large for the repository.

    It is named by STEELYARD_SHARED, relative to the repository, and is `../shared` by default.
    The test skips when there is none.
    """
    folder = (REPOSITORY / (os.environ.get("STEELYARD_SHARED") or "../shared")).resolve()
    if not folder.is_dir():
        pytest.skip("no shared data: set STEELYARD_SHARED to their folder")
    return folder


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With STEELYARD_NO_SKIP=1 a test that skips has failed."""
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a module that skips as a whole."""
    return _refuse_skip((yield))


def _refuse_skip(report: Report) -> Report:
    # An expected failure is reported as skipped too, but it was run.
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason} (a skip, with STEELYARD_NO_SKIP=1)"
    return report


def pytest_configure() -> None:
    """A shell that starts the suite in the background ignores Ctrl-C for it; the tests of Ctrl-C
    need it heard, here and in the programs they start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
