"""Pages of the error index as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from api.error_index.page import ENCODING, FILE, Example, Page, codes, page, shop

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "error": "error",
        "warning": "warning",
        "hint": "hint",
        "says": "Steelyard says ({severity}): *{message}*",
        "what": "What it means",
        "why": "Why it matters",
        "bad": "This is reported",
        "good": "This is right",
        "given": "Beside it stands",
        "data": "With data like these",
        "file": "File",
        "encoding": "Saved in the encoding",
        "at": "Underlined",
        "run": "Found by",
        "safe": "`steelyard check --fix` makes this right.",
        "suggested": "`steelyard check --fix --suggested` makes this right; look at what changed.",
        "colon": ": ",
        "comma": ", ",
        "index": "Error index",
        "about": "Every message has a code. `steelyard explain-code K0401` shows its page.",
        "shop": "The shop of the examples",
    },
    "zh": {
        "error": "错误",
        "warning": "警告",
        "hint": "提示",
        "says": "系统提示（{severity}）：*{message}*",
        "what": "含义",
        "why": "为什么要改",
        "bad": "这样写会报告",
        "good": "应这样写",
        "given": "同时存在的文件",
        "data": "数据如下时",
        "file": "文件",
        "encoding": "保存时的编码",
        "at": "标出的位置",
        "run": "由此命令发现",
        "safe": "`steelyard check --fix` 会直接改好。",
        "suggested": "`steelyard check --fix --suggested` 会改好；请核对改动。",
        "colon": "：",
        "comma": "、",
        "index": "错误索引",
        "about": "每条信息都有编号。`steelyard explain-code K0401 --language zh` 显示对应的说明。",
        "shop": "示例所用的店铺",
    },
}


def page_text(found: Page) -> str:
    """A whole page."""
    return "\n\n".join(_page(found)) + "\n"


def index_text(language: str) -> str:
    """The list of all pages, and the shop that their examples use."""
    words = _WORDS[language]
    rows = [
        f"- [{code}]({code}.md){words['colon']}{page(code, language).title}" for code in codes()
    ]
    blocks = [f"# {words['index']}", words["about"], "\n".join(rows)]
    blocks += [f"## {words['shop']}", _fenced(shop(language))]
    return "\n\n".join(blocks) + "\n"


def _page(found: Page) -> Iterator[str]:
    """The blocks of a page, between which there are empty lines."""
    words = _WORDS[found.language]
    yield f"# {found.code} {found.title}"
    message = re.sub(r"`?\{\w+\}`?", "…", found.message)
    yield words["says"].format(severity=words[found.severity], message=message)
    for heading, text in (("what", found.what), ("why", found.why)):
        yield f"## {words[heading]}"
        yield text.strip()
    for example in found.examples:
        yield from _example(example, words)


def _example(example: Example, words: Mapping[str, str]) -> Iterator[str]:
    def said(word: str, text: str = "") -> str:
        return f"{words[word]}{words['colon']}{text}".rstrip()

    yield f"## {words['bad']}"
    yield _fenced(example.bad)
    for word, name, usual in (
        ("file", example.file, FILE),
        ("encoding", example.encoding, ENCODING),
    ):
        if name != usual:
            yield said(word, f"`{name}`")
    if example.given:
        yield said("given")
        yield _fenced(example.given)
    if example.data:
        yield said("data")
        yield _fenced(example.data, "sql")
    if example.at:
        yield said("at", words["comma"].join(f"`{each}`" for each in example.at))
    if not example.is_checked and not example.is_command:
        yield said("run", f"`{example.run}`")
    yield f"## {words['good']}"
    yield _fenced(example.good)
    if example.fix:
        yield words[example.fix]


def _fenced(text: str, language: str = "") -> str:
    return "\n".join((f"```{language}", *text.strip("\n").splitlines(), "```"))
