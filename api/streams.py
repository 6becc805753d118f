"""Standard output and standard error: results go to one, all else to the other.

A reader that has gone (`| head`) is no fault: what is left to say is dropped, and the exit code
stays the one the command would have had.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_WIDTH_OF_A_FILE = 100  # cells, where no terminal and no COLUMNS says otherwise
_TRAILING = re.compile(r" +$", re.MULTILINE)


def put(text: str) -> None:
    """Write to standard output."""
    _write(sys.stdout, text)


def note(text: str) -> None:
    """Write a line to standard error."""
    _write(sys.stderr, f"{text}\n")


def put_json(document: Any) -> None:
    """Write one JSON document to standard output, in UTF-8 whatever the terminal speaks."""
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    _write(sys.stdout, f"{text}\n", "utf-8")


def put_utf8(text: str) -> None:
    """Write text for a program, which expects UTF-8 and these line ends exactly."""
    _write(sys.stdout, text, "utf-8")


def show(*renderables: RenderableType) -> None:
    """Print to standard output with the colours and the width of the terminal, if it is one."""
    _write(sys.stdout, _rendered(console(), renderables))


def show_aside(*renderables: RenderableType) -> None:
    """The same to standard error."""
    _write(sys.stderr, _rendered(console(aside=True), renderables))


def console(*, aside: bool = False) -> Console:
    """A rich console that neither guesses at emphasis nor reads markup in names."""
    from rich.console import Console

    columns = shutil.get_terminal_size((_WIDTH_OF_A_FILE, 24)).columns
    return Console(stderr=aside, width=columns, highlight=False, markup=False, emoji=False)


@contextmanager
def working(on: str) -> Iterator[None]:
    """Show that something takes a while, if somebody looks at standard error."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    with console(aside=True).status(on):
        yield


def _rendered(where: Console, renderables: tuple[RenderableType, ...]) -> str:
    with where.capture() as captured:
        for each in renderables:
            where.print(each, soft_wrap=_is_text(each), crop=False)
    return _TRAILING.sub("", captured.get())


def _is_text(renderable: RenderableType) -> bool:
    """Text is for the terminal to wrap: a file gets its lines as they are."""
    from rich.text import Text

    return isinstance(renderable, str | Text)


def _write(stream: TextIO | None, text: str, encoding: str | None = None) -> None:
    """All of a text; what the encoding lacks (and half a character from a file name) as escapes.

    In a JSON document such an escape is the escape that JSON has for it.
    """
    if stream is None:  # closed by whoever started the program
        return
    data = text.encode(encoding or stream.encoding or "utf-8", "backslashreplace")
    try:
        stream.flush()
        stream.buffer.write(data)
        stream.buffer.flush()
    except OSError as error:
        deafen(stream)
        if not isinstance(error, BrokenPipeError):
            raise


def deafen(stream: TextIO) -> None:
    """Write to nowhere: what is still in the buffer must not fail again when Python ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
