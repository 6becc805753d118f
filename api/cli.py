"""The command line `steelyard`: which commands there are, and how the program ends.

Exit code 0 is fine, 1 an error, 2 wrong syntax of the command line, 130 an interruption.
"""

from __future__ import annotations

import gc
import os
import sys
import warnings
from typing import Annotated

import typer
from typer.models import CommandInfo

from api.commands.catalog import catalog
from api.commands.check import check
from api.commands.demo import demo
from api.commands.dev import dev
from api.commands.diff import diff
from api.commands.explain import explain
from api.commands.explain_code import explain_code
from api.commands.fmt import fmt
from api.commands.init import init
from api.commands.options import Folder, examples
from api.commands.score import score
from api.commands.serve import serve
from api.commands.sql import sql
from api.commands.test import run_tests
from api.commands.weights import weights
from api.streams import deafen, note, put
from api.version import version

app = typer.Typer(
    name="steelyard",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Begin with `steelyard demo`.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        put(f"steelyard {version()}\n")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option(
        "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
    ),
]


@app.callback()
def _before(
    context: typer.Context,
    folder: Folder = None,
    _version: Version = False,
) -> None:
    """Score employees and stores by rules that people can read."""
    context.obj = folder


app.command(epilog=examples("steelyard demo", "steelyard demo --rows 2000000"))(demo)
app.command(
    epilog=examples(
        "steelyard init --language zh",
        "steelyard init shops --role store --role clerk",
        "steelyard init shop --from duckdb:///shop.duckdb",
    )
)(init)
app.command(
    epilog=examples(
        "steelyard check", "steelyard check --offline --fix", "steelyard check --format github"
    )
)(check)
app.command(
    epilog=examples(
        "steelyard fmt", "steelyard fmt --check", "steelyard fmt --language zh kpis.scorecard"
    )
)(fmt)
app.command(
    epilog=examples(
        "steelyard score store_quarterly --period 2025Q3",
        "steelyard score store_quarterly --period 2025Q3 --only S001 S002",
        "steelyard score clerk --period 2025Q3 --format csv > clerks.csv",
        "steelyard score --all --period 2025Q3",
    )
)(score)
app.command(
    epilog=examples(
        "steelyard explain store_quarterly S001 --period 2025Q3",
        "steelyard explain store_quarterly S001 --period 2025Q3 --language zh",
    )
)(explain)
app.command(
    "explain-code",
    epilog=examples("steelyard explain-code K0401", "steelyard explain-code K0401 --language zh"),
)(explain_code)
app.command(
    epilog=examples(
        "steelyard weights store_quarterly",
        "steelyard weights store_quarterly --period 2025Q3 --format json",
    )
)(weights)
app.command(
    epilog=examples(
        "steelyard sql store_quarterly --period 2025Q3",
        "steelyard sql store_quarterly --period 2025Q3 --dialect sqlite",
    )
)(sql)
app.command(
    epilog=examples("steelyard diff", "steelyard diff main --exit-code", "steelyard diff v1.0 HEAD")
)(diff)
app.command("test", epilog=examples("steelyard test", "steelyard test store_quarterly"))(run_tests)
app.command(epilog=examples("steelyard catalog", "git diff catalog.json"))(catalog)
app.command(epilog=examples("steelyard serve", "steelyard -w scorecards serve --port 8080"))(serve)
app.add_typer(dev, name="dev", epilog=examples("steelyard dev tree kpis.scorecard"))


def _leave_only(names: list[str]) -> None:
    """Where the command line begins with a command, build only that one: it starts sooner."""
    wanted = [each for each in app.registered_commands if _name(each) in names]
    if wanted:
        app.registered_commands = wanted
        app.registered_groups = []


def _name(command: CommandInfo) -> str | None:
    function = command.callback
    return command.name or (function.__name__ if function is not None else None)


def main() -> None:
    """The program. Ends the process."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # they speak to whoever changes the program
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # looking for some takes longer
    gc.set_threshold(50_000, 20, 20)  # nearly all that is made lives until the program ends
    _leave_only(sys.argv[1:2])
    try:
        app()
    except OSError as error:  # help pages, which the commands do not write themselves
        deafen(sys.stdout)
        note(f"steelyard: {error.strerror}")
        sys.exit(1)


if __name__ == "__main__":
    main()
