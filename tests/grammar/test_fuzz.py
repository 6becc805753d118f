"""Whatever is written, reading it gives a document or a diagnostic at a place in the file."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grammar import Source, Span, parse
from grammar.words import words

REPOSITORY = Path(__file__).resolve().parents[2]
TEXTS = [
    path.read_text("utf-8") for path in sorted((REPOSITORY / "scorecards").rglob("*.scorecard"))
]

WORDS = sorted({phrase for phrases in words().phrases.values() for phrase in phrases})
LITERALS = "1 1_200 0.5 12万 8% ８％ CNY ¥12 2025-07-01 2025-13-45 2025Q3 FY2025 2025-W99 24 hours"
NAMES = "a store.region d.x [Order Amount] 门店 é"
SIGNS = '( ) （ ） , ， . + - * / = <> <= ≥ × [ ] # : ; ? \\ \' " % 万 "text" “文” \U0001f600'
BLANKS = ["\t", "\u3000", "\u00a0", "\ufeff", "\x00", "\r", ""]
OTHERS = [*LITERALS.split(), *NAMES.split(), *SIGNS.split(), *BLANKS]
# Half of the lines begin like lines of the language, so that reading gets beyond the first one.
STARTS = ["\n", "\nkpi k\n  ", "\nscorecard c\n  ", "\nmeasure m\n  ", "\nentity e\n  ", "\n  "]

LIMITS = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def check(text: str) -> None:
    """The property: no exception, and a place inside the file for all that is wrong."""
    source = Source("a.scorecard", text)
    parsed = parse(source)
    assert parsed.document is not None or parsed.diagnostics
    for diagnostic in parsed.diagnostics:
        lies_inside(source, diagnostic.span)
        assert diagnostic.message()
        assert isinstance(diagnostic.help(), str)
    for section in parsed.document.sections if parsed.document else ():
        for node in (section, *getattr(section, "facts", ())):
            lies_inside(source, node.span)
            assert node.span.text


def lies_inside(source: Source, span: Span | None) -> None:
    assert span is not None
    assert span.source is source
    assert 0 <= span.start <= span.end <= len(source.text)
    assert 1 <= span.line <= source.text.count("\n") + 1
    assert span.column >= 1


@LIMITS
@given(st.lists(st.sampled_from([*WORDS, *OTHERS, *STARTS]), max_size=60))
def test_token_soup(tokens: list[str]) -> None:
    check("kpi k\n  formula " + " ".join(tokens))


@LIMITS
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    check(text)
    check(f"kpi k\n  formula {text}\n")


@LIMITS
@given(st.data())
def test_mutations_of_the_examples(data: st.DataObject) -> None:
    """Cut, double, swap or replace a piece of an example."""
    text = data.draw(st.sampled_from(TEXTS))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 40)))
        piece = data.draw(st.sampled_from([*WORDS, *OTHERS, *STARTS, "", text[start:end] * 2]))
        text = text[:start] + piece + text[end:]
    check(text)
