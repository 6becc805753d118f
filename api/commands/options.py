"""The arguments and options that several commands share, each with one meaning and one help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Folder = Annotated[
    Path | None,
    typer.Option(
        "-w",
        "--workspace",
        metavar="DIR",
        help="The workspace; else the nearest folder upward with a steelyard.toml, "
        "else ./scorecards.",
        show_default=False,
    ),
]
Card = Annotated[
    str, typer.Argument(metavar="CARD", help="The name of a scorecard.", show_default=False)
]
MaybeCard = Annotated[
    str | None,
    typer.Argument(metavar="CARD", help="The name of a scorecard.", show_default=False),
]
PeriodName = Annotated[
    str,
    typer.Option(
        "--period", "-p", metavar="PERIOD", help="Like 2025Q3, 2025-07, 2025.", show_default=False
    ),
]
MaybePeriodName = Annotated[
    str | None,
    typer.Option(
        "--period", "-p", metavar="PERIOD", help="Like 2025Q3, 2025-07, 2025.", show_default=False
    ),
]
Day = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="Rows after this day are not read; today if left out.",
        show_default=False,
    ),
]
Language = Annotated[
    Literal["en", "zh"] | None,
    typer.Option(help="Of labels and sentences; that of the workspace if left out."),
]
TextOrJson = Annotated[
    Literal["text", "json"],
    typer.Option("--format", help="With json, standard output is exactly one JSON document."),
]


def examples(*lines: str) -> str:
    """The end of a help page."""
    return "\n".join(("Examples:", *(f"$ {line}" for line in lines)))
