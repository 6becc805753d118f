"""`steelyard.toml`: what is not policy. Secrets come from the environment by `${NAME}`."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from grammar import Diagnostic, Refused

SETTINGS_FILE = "steelyard.toml"
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)\s*(s|ms|m|min)?")
_UNIT = {"ms": 0.001, "m": 60.0, "min": 60.0}


class ConnectionSettings(BaseModel):
    """Where the data is; `timeout` in seconds, written like `60s`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str | None = None
    timeout: float = Field(default=60.0, gt=0)

    @field_validator("timeout", mode="before")
    @classmethod
    def _seconds(cls, value: object) -> object:
        match = _SECONDS.fullmatch(value.strip()) if isinstance(value, str) else None
        return float(match[1]) * _UNIT.get(match[2] or "", 1.0) if match else value


class Settings(BaseModel):
    """The settings of one workspace."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: Literal["en", "zh"] = "en"
    connection: ConnectionSettings = ConnectionSettings()


def read_settings(folder: Path) -> Settings:
    """The settings of a folder; `STEELYARD_URL` overrides the connection. Raises Refused."""
    path = folder / SETTINGS_FILE
    try:
        raw = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
        settings = Settings.model_validate(_expanded(raw))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise _refused(f"{SETTINGS_FILE}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise _refused(f"{SETTINGS_FILE}: {place}: {first['msg']}") from None
    url = os.environ.get("STEELYARD_URL")
    if url is None:
        return settings
    connection = settings.connection.model_copy(update={"url": url})
    return settings.model_copy(update={"connection": connection})


def _expanded(value: object) -> object:
    """`${NAME}` in texts is the environment variable NAME, which must be there."""
    if isinstance(value, dict):
        return {key: _expanded(each) for key, each in value.items()}
    if isinstance(value, str):
        return _VARIABLE.sub(lambda match: _variable(match[1]), value)
    return value


def _variable(name: str) -> str:
    if name not in os.environ:
        raise _refused(f"{SETTINGS_FILE} reads the environment variable {name}, which is not set")
    return os.environ[name]


def _refused(reason: str) -> Refused:
    return Refused([Diagnostic("K0902", None, {"reason": reason})])
