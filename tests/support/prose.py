"""English that is left in what is said in Chinese."""

import re

from engine.unit_names import CURRENCIES
from grammar import Diagnostic

_QUOTED = re.compile(r"`[^`]*`|“[^”]*”|\"[^\"]*\"")
_WORD = re.compile(r"(?<![A-Za-zλ])[A-Za-z][A-Za-z_]+")
# Signs and names of things that have no other in Chinese.
_INTERNATIONAL = {
    *(
        "CR",
        "CI",
        "RI",
        "CSV",
        "SQL",
        "SQLite",
        "DuckDB",
        "Parquet",
        "UTF",
        "URL",
        "Python",
        "TOML",
    ),
    *("AHP", "KPI", "Steelyard", "alonso_lamata", "saaty", "donegan_dodd"),
    *CURRENCIES,
}


def english_left(diagnostic: Diagnostic) -> list[str]:
    """The English words of a diagnostic in Chinese: its message, help, labels and fixes. What is
    quoted, and a label that is nothing but a name, is not prose."""
    said = [diagnostic.message("zh"), diagnostic.help("zh")]
    said += [fix.said("zh") for fix in diagnostic.fixes]
    said += [text for each in diagnostic.labels if not is_name(text := each.said("zh"), diagnostic)]
    return [word for text in said for word in english(text)]


def english(text: str) -> list[str]:
    """The words outside of quotes that are English."""
    return [w for w in _WORD.findall(_QUOTED.sub("", text)) if w not in _INTERNATIONAL]


def is_name(text: str, diagnostic: Diagnostic) -> bool:
    """Whether a text is a name in the file that a diagnostic is about."""
    source = diagnostic.span.source.text if diagnostic.span else ""
    written = re.escape(text)
    return bool(re.search(rf"^ *(?:measure|perspective) {written}\b", source, re.MULTILINE))
