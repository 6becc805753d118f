"""What the pages of the error index hold, read from their files."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from grammar.diagnostics import Severity, catalogue

COMMAND = "steelyard "
"""An example that begins like this is a command line, any other the text of a file."""

CHECK = "steelyard check"
"""The command that finds most faults."""

FILE = "example.scorecard"
ENCODING = "utf-8"
"""Where and how the text of most examples is saved."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text that raises the code, and the same text as it should be.

    `at` is what is underlined, once for each place; nothing where no text is at fault. `file` is
    the file that the text is written to. `given` is a file `given.scorecard` that stands beside
    it, `data` SQL statements that spoil the shop's data before the bad one, `run` the command that
    finds the fault. `alone` is without the shop; `fix` says which fixes mend it ("safe",
    "suggested", or none), `encoding` how the bad text is written.
    """

    bad: str
    good: str
    at: tuple[str, ...] = ()
    file: str = FILE
    given: str = ""
    data: str = ""
    run: str = CHECK
    alone: bool = False
    fix: str = ""
    encoding: str = ENCODING

    @property
    def is_command(self) -> bool:
        return self.bad.startswith(COMMAND)

    @property
    def is_checked(self) -> bool:
        """Whether `steelyard check` finds the fault in the text."""
        return self.run == CHECK and not self.is_command


@dataclass(frozen=True, slots=True)
class Page:
    """All about one code in one language. `what` and `why` are Markdown."""

    code: str
    language: str
    title: str
    what: str
    why: str
    examples: tuple[Example, ...]

    @property
    def severity(self) -> Severity:
        return Severity(catalogue("en")[self.code]["severity"])

    @property
    def message(self) -> str:
        """The message as the catalogue has it, with named placeholders."""
        return catalogue(self.language)[self.code]["message"]


def codes() -> tuple[str, ...]:
    """Every code that a diagnostic may have, in order."""
    return tuple(sorted(catalogue("en")))


@cache
def page(code: str, language: str) -> Page:
    """The page of a code. Raises KeyError where there is no such code."""
    if code not in catalogue("en"):
        raise KeyError(code)
    file = files("api").joinpath("error_index", "pages", f"{code}.toml")
    written: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))[language]
    examples = tuple(_example(each) for each in written.pop("example", ()))
    return Page(code, language, examples=examples, **written)


def _example(written: dict[str, Any]) -> Example:
    return Example(**written | {"at": tuple(written.get("at", ()))})


def shop(language: str) -> str:
    """The text that the examples of a language may use: its entities, data and KPIs."""
    return files("api").joinpath("error_index", f"shop.{language}.scorecard").read_text("utf-8")
