"""The `steelyard.toml` of a new workspace."""

from __future__ import annotations

import json
import os
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

SECRET = "${STEELYARD_URL}"

_SAYS = {
    "en": "# What is not policy: where the data is and how long a question may take. Policy is in\n"
    "# the *.scorecard files beside this one.\n",
    "zh": "# 这里只写与考核规则无关的设置：数据在哪里，一次查询最多等多久。\n"
    "# 考核规则写在旁边的 *.scorecard 文件里。\n",
}
_SAYS_SECRET = {
    "en": "# The address holds a password, so it is read from the environment variable\n"
    "# STEELYARD_URL and stands in no file.\n",
    "zh": "# 连接地址含有密码，因此从环境变量 STEELYARD_URL 读取，不写入任何文件。\n",
}


def settings_text(language: str, url: str) -> str:
    """The settings for a database. A URL that may hold a secret is not written down."""
    secret = holds_secret(url)
    return (
        f'{_SAYS[language]}language = "{language}"\n\n[connection]\n'
        f"{_SAYS_SECRET[language] if secret else ''}"
        f'url = {json.dumps(SECRET if secret else url, ensure_ascii=False)}\ntimeout = "60s"\n'
    )


def holds_secret(url: str) -> bool:
    """Whether a URL holds a password, or options, which may be one under any name."""
    parts = make_url(url)
    return bool(parts.password or parts.query)


def placed(url: str, folder: Path, here: Path) -> str:
    """The URL of a database as a workspace in `folder` has to write it.

    A relative path starts at the workspace, as in every `steelyard.toml`; where no file is there,
    it starts `here`, as paths of a command line do.
    """
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):  # reported where it is opened
        return url
    path = parts.database
    if holds_secret(url) or parts.host or not path or os.path.isabs(path):
        return url
    if (folder / path).exists() or not (here / path).exists():
        return url
    moved = Path(os.path.relpath((here / path).resolve(), folder.resolve()))
    return f"{parts.drivername}:///{moved.as_posix()}"
