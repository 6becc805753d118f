"""The program as a process: streams, exit codes, signals, and what it does not import."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from api.commands.demo import copy_example
from tests.support.served import CATALOGUE
from tests.support.served import copy_example as copy_with_data

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-m", "api.cli")
SCORE = ("score", "store_quarterly", "--period", "2025Q3", "--as-of", "2025-12-31")
PATIENCE = 60.0  # seconds, on a machine with other work


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_with_data(tmp_path_factory.mktemp("process") / "scorecards", leave_out=CATALOGUE)


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STEELYARD")}
    return {**kept, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "100", **more}


def run(*arguments: str, within: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        cwd=within,
        env=environment(**more),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def start(*arguments: str, within: Path, out: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*PROGRAM, *arguments],
        cwd=within,
        env=environment(),
        stdout=out,
        stderr=subprocess.PIPE,
        bufsize=0,  # so that `select` knows of every line that was not read yet
    )


# ── streams and exit codes ──────────────────────────────────────────────────────────────────────


def test_json_is_alone_on_standard_output(workspace: Path) -> None:
    found = run(*SCORE, "--format", "json", within=workspace)
    assert (found.returncode, found.stderr) == (0, "")
    assert json.loads(found.stdout)["as_of"] == "2025-12-31"
    checked = run("check", "--format", "json", within=workspace)
    assert json.loads(checked.stdout) == {"diagnostics": []}
    assert checked.stderr.startswith("Checked with the tables and columns of the database")


def test_no_answer_is_exit_code_1(workspace: Path) -> None:
    found = run("score", "nobody", "--period", "2025Q3", "--format", "json", within=workspace)
    assert (found.returncode, found.stderr) == (1, "")
    assert [each["code"] for each in json.loads(found.stdout)["diagnostics"]] == ["K0905"]


def test_wrong_syntax_is_exit_code_2(workspace: Path) -> None:
    found = run("explain", "--format", "json", within=workspace)
    assert (found.returncode, found.stdout) == (2, "")
    assert "Missing argument" in found.stderr


def test_nothing_is_coloured_in_a_file(workspace: Path) -> None:
    found = run(*SCORE, within=workspace)
    assert "宁波江北店" in found.stdout
    assert "\x1b" not in found.stdout


@pytest.mark.parametrize("output", ["json", "csv"])
def test_programs_get_utf8(workspace: Path, output: str) -> None:
    found = run(*SCORE, "--format", output, within=workspace, PYTHONIOENCODING="ascii")
    assert found.returncode == 0
    assert "宁波江北店" in found.stdout


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_people_get_what_their_terminal_can(workspace: Path, encoding: str) -> None:
    table = subprocess.run(
        [*PROGRAM, *SCORE],
        cwd=workspace,
        env=environment(PYTHONIOENCODING=encoding),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert table.returncode == 0, table.stderr
    assert "宁波江北店".encode(encoding, "backslashreplace") in table.stdout


def test_argument_that_is_no_text_is_refused(workspace: Path) -> None:
    arguments = [*map(os.fsencode, PROGRAM), b"score", b"\xff\xfe", b"--period", b"2025Q3"]
    found = subprocess.run(
        [*arguments, b"--format", b"json"],
        cwd=workspace,
        env=environment(),
        capture_output=True,
        timeout=PATIENCE,
    )
    assert found.returncode == 1
    (diagnostic,) = json.loads(found.stdout)["diagnostics"]
    assert diagnostic["code"] == "K0905"
    assert b"Traceback" not in found.stderr


# ── readers that go, disks that are full ────────────────────────────────────────────────────────


@pytest.mark.parametrize("arguments", [SCORE, ("check", "--offline", "--format", "json")])
def test_reader_that_goes_is_no_fault(workspace: Path, arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    process = start(*arguments, within=workspace, out=writing)
    os.close(writing)
    os.close(reading)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert b"Error" not in err
    assert b"Traceback" not in err


def test_reader_that_goes_does_not_hide_errors(tmp_path: Path) -> None:
    (tmp_path / "a.scorecard").write_text("kpi\n", "utf-8")
    reading, writing = os.pipe()
    process = start("check", "-w", ".", within=tmp_path, out=writing)
    os.close(writing)
    os.close(reading)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("arguments", [("check", "--format", "json"), ("--help",)])
def test_full_disk_is_said(workspace: Path, arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        process = start(*arguments, within=workspace, out=full.fileno())
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert b"No space left on device" in err
    assert b"Traceback" not in err


@pytest.mark.skipif(os.name == "nt", reason="POSIX shells close streams like this")
def test_closed_standard_output(workspace: Path) -> None:
    line = " ".join([*PROGRAM, "check", ">&-"])
    found = subprocess.run(
        line, shell=True, cwd=workspace, env=environment(), capture_output=True, timeout=PATIENCE
    )
    assert found.returncode == 0
    assert b"Traceback" not in found.stderr


# ── signals ─────────────────────────────────────────────────────────────────────────────────────


def test_interruption_is_quiet(tmp_path: Path) -> None:
    """While the data are made, which leaves nothing behind."""
    copy_example(tmp_path)
    state = tmp_path / ".steelyard"
    process = start("demo", "--rows", "20000000", "-w", ".", within=tmp_path)
    deadline = time.monotonic() + PATIENCE
    while not (state.is_dir() and list(state.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (130, b"", b"")
    assert list(state.iterdir()) == []


def test_server_answers_until_it_is_interrupted(workspace: Path) -> None:
    process = start("serve", "--port", "0", within=workspace)
    assert process.stderr is not None
    address, log = "", b""
    while not address and select.select([process.stderr], [], [], PATIENCE)[0]:
        line = process.stderr.readline()
        log += line
        if b"running on " in line:
            address = line.split(b"running on ")[1].split()[0].decode()
    try:
        assert address.startswith("http://127.0.0.1:"), log
        with urllib.request.urlopen(f"{address}/v1/health", timeout=PATIENCE) as answer:
            assert json.load(answer)["status"] == "ok"
        busy = run("serve", "--port", address.rpartition(":")[2], within=workspace)
        assert (busy.returncode, busy.stdout) == (1, "")
        assert "address already in use" in busy.stderr
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (130, b"")
    assert b"GET /v1/health" in err
    assert b"Traceback" not in err


# ── imports ─────────────────────────────────────────────────────────────────────────────────────

IMPORTED = """
import sys
from api.cli import main
try:
    main()
finally:
    heavy = sys.argv[0].split(",")
    print("imported:", [name for name in heavy if name in sys.modules], file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("arguments", "unneeded"),
    [
        (("--help",), "duckdb,fastapi,lark,numpy,pydantic_settings,sqlalchemy,sqlglot,uvicorn"),
        (("--version",), "duckdb,fastapi,lark,numpy,rich.table,sqlalchemy,sqlglot,uvicorn"),
        (("check", "--offline"), "duckdb,fastapi,sqlalchemy,uvicorn"),
        (("weights", "store_quarterly"), "duckdb,fastapi,sqlalchemy,uvicorn"),
        (SCORE, "fastapi,uvicorn"),
    ],
)
def test_command_imports_what_it_needs(
    workspace: Path, arguments: tuple[str, ...], unneeded: str
) -> None:
    code = IMPORTED.replace("try:", f"sys.argv = [{unneeded!r}, *{list(arguments)!r}]\ntry:")
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=workspace,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert found.returncode == 0
    assert found.stderr.splitlines()[-1] == "imported: []"
