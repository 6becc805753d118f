"""`steelyard catalog`: write down what the database looks like, for checks without it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import typer

from api.commands.opened import language_of, opened
from api.commands.options import Folder
from api.render.words import counted, say
from api.streams import put, working


def catalog(context: typer.Context, folder: Folder = None) -> None:
    """Describe the tables of the connected database in catalog.json, for checks without it."""
    with opened(context, folder, as_json=False) as session:
        from api.database import refusing
        from api.session import CATALOG_FILE
        from engine.catalog import stored_periods

        language = language_of(session)
        with refusing(), working(say("Reading the catalogue", language)):
            found = session.source.catalog()
            if session.workspace.periods is not None:
                found["periods"] = stored_periods(session.workspace, session.columns)
        text = json.dumps(found, ensure_ascii=False, indent=2)
        write_whole(session.folder / CATALOG_FILE, f"{text}\n")
        tables = counted(len(found["tables"]), "table", language)
        columns = counted(sum(map(len, found["tables"].values())), "column", language)
        colon, comma = say(": ", language), say(", ", language)
        put(f"{CATALOG_FILE}{colon}{tables}{comma}{columns}\n")


def write_whole(path: Path, text: str) -> None:
    """The file has the old content or the new one, never a part. OSError names this file."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        scratch.write_text(text, "utf-8", newline="\n")
        os.replace(scratch, path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        scratch.unlink(missing_ok=True)


def rewrite(path: Path, text: str) -> None:
    """Write over a file: the one that a link leads to, with the permissions it has."""
    target = path.resolve()
    mode = target.stat().st_mode
    write_whole(target, text)
    target.chmod(mode)
