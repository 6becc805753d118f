"""What the resources return, for the OpenAPI description. Tests hold every answer against it.

Percents, attainment, coverage and weights are fractions of 1; scores and points are on the card's
scale. An absent value is null, with a `reason` where one is known.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.http.examples import EXPLANATION, PROBLEM, RANKING
from engine.reasons import REASONS, STATES

Number = float | None
State = Annotated[str, Field(json_schema_extra={"enum": list(STATES)})]
Reason = Annotated[
    str | None,
    Field(
        description="Why there is no value, or why it does not count.",
        json_schema_extra={"examples": list(REASONS[1:4])},
    ),
]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
File = Annotated[str | None, Field(description="Relative to the workspace.")]
Line = Annotated[int | None, Field(description="Counted from 1.")]


def _examples(*examples: dict[str, Any]) -> ConfigDict:
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": list(examples)})


class Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# ── health ───────────────────────────────────────────────────────────────────────────────────────


class DiagnosticCounts(Document):
    """How much was wrong with the workspace when the server started."""

    errors: int
    warnings: int


class Database(Document):
    """Whether the database answers now; `problem` says why not."""

    reachable: bool
    name: str | None
    problem: str | None


class Health(Document):
    """`status` is ok wherever there is an answer: the server lives, whatever else does not."""

    status: Literal["ok"]
    workspace: str
    diagnostics: DiagnosticCounts
    database: Database


# ── problems ─────────────────────────────────────────────────────────────────────────────────────


class Place(Document):
    """Where in the workspace's text, counted from 1; null where no text is at fault."""

    file: File
    line: Line
    column: int | None
    end_line: int | None
    end_column: int | None


class Mark(Place):
    text: str


class Fix(Document):
    title: str
    safe: bool
    edits: list[Mark]


class Fault(Place):
    """One diagnostic, as `steelyard check --format json` prints it."""

    code: str
    severity: Literal["error", "warning", "hint"]
    message: str
    help: str
    labels: list[Mark]
    fixes: list[Fix]


class ProblemDocument(Document):
    """RFC 9457. `type` leads to what the kind of problem means, `code` is that of the first of
    `errors`."""

    model_config = _examples(PROBLEM)

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[Fault]


class ProblemKind(Document):
    """What a kind of problem means, and the status it is answered with."""

    type: str
    title: str
    status: int
    meaning: str


# ── scorecards ───────────────────────────────────────────────────────────────────────────────────

Labels = Annotated[
    dict[str, str], Field(description="By language; the card's own text is `label`.")
]


class Rule(Document):
    """A piece of a card as it is written, and where."""

    text: str
    file: str
    line: int


class Version(Document):
    """A version is named by its first day; null is an open end."""

    version: str
    since: Day | None
    through: Day | None
    file: str
    line: int


class CardSummary(Document):
    name: str
    label: str
    labels: Labels
    entity: Annotated[str | None, Field(description="Who gets the score.")]
    every: Annotated[str | None, Field(description="month, quarter, half, year or week.")]
    versions: list[Version]


class CardList(Document):
    items: list[CardSummary]


class DatedValue(Document):
    """A value that claims somebody from a day on, or through one."""

    value: str
    since: Annotated[Day | None, Field(alias="from")]
    through: Day | None


class Assignment(Document):
    """Values of an attribute that are alternatives; `dated`: those that claim by day."""

    attribute: str
    values: list[str]
    dated: list[DatedValue]


class Curve(Document):
    """How a value becomes a score. `limit` bounds it."""

    shape: str
    form: str | None
    points: list[Rule]
    otherwise: Number
    limit: list[float] | None
    within: str | None  # of peers: what is equal for all of them
    mean: Number
    spread: Number


class BenchmarkRules(Document):
    """What others reach: shown beside the value, never scored."""

    value: float
    source: str
    as_of: Day | None
    population: str | None
    file: str
    line: int


class MeasureRules(Document):
    """`weight` is the share of the whole card, null where the value is only reported."""

    name: str
    label: str
    labels: Labels
    perspective: str | None
    at: Annotated[str, Field(description="The entity it is computed for.")]
    kpi: str
    formula: Rule | None
    unit: str | None
    better: str | None
    objective: str | None
    drives: Annotated[list[str], Field(description="KPIs that are expected to follow this one.")]
    benchmarks: list[BenchmarkRules]
    weight: Number
    targets: list[Rule]
    curve: Curve | None
    when_missing: str
    applies_when: Rule | None
    file: str
    line: int


class PerspectiveRules(Document):
    name: str
    label: str
    labels: Labels
    weight: float
    file: str
    line: int


class GradeRules(Document):
    """Best first; `from` is null for the one that takes the rest."""

    name: str
    label: str
    labels: Labels
    least: Annotated[Number, Field(alias="from")]
    coefficient: Annotated[Number, Field(description="For pay; it has no part in any score.")]
    file: str
    line: int


class Reconsider(Document):
    """The judgement to look at first, and the consistency ratio it would bring."""

    over: str
    under: str
    stated: float
    suggested: float
    cr_after: float


class Weights(Document):
    """The weights of siblings, as shares of their group or, in the form `total`, of the card; λmax,
    CI and CR where they come from comparisons."""

    parent: str
    form: Literal["direct", "points", "equal", "total", "comparison", "mixed"]
    weights: dict[str, float]
    method: str | None
    random_index: str | None
    lambda_max: Number
    ci: Number
    cr: Number
    verdict: str | None
    reconsider: Reconsider | None


class CardRules(CardSummary):
    """The rules of the latest version, with the weights and targets of the day `on`."""

    version: str
    on: Day
    assignments: list[Assignment]
    only_where: list[Rule]
    perspectives: list[PerspectiveRules]
    measures: list[MeasureRules]
    weight_groups: list[Weights]
    round_total: int | None
    limit_total: list[float] | None
    rank_within: str | None
    break_ties: str | None
    ranked_when: Rule | None
    no_total_when: Rule | None
    grades: list[GradeRules]


# ── rankings ─────────────────────────────────────────────────────────────────────────────────────


class Period(Document):
    """Half open; `provisional` while the period is still running on the day of the result."""

    name: str
    starts_on: Day
    ends_before: Day
    provisional: bool


class Assigned(Document):
    """The days of the period for which the card claims the entity."""

    since: Annotated[Day, Field(alias="from")]
    through: Day
    days: int


class PerspectiveScore(Document):
    weight: float
    effective_weight: Number
    score: Number


class MeasureScore(Document):
    """Points = score × effective weight. All points add up to `total_before_rules`."""

    value: Number
    target: Number
    attainment: Number
    score: Number
    weight: Number
    effective_weight: Number
    points: Number
    state: State
    reason: Reason
    representative: Annotated[
        bool | None,
        Field(description="Whether enough answered, as the KPI asks; null where it does not ask."),
    ]
    window: Annotated[
        str | None,
        Field(
            description="The longer window that was taken, as the KPI says it, because the "
            "period alone was not enough; null for the period."
        ),
    ]


class Adjustment(Document):
    kind: str
    name: str
    points_before: float
    points_after: float


class Item(Document):
    """The score of one entity. Ranks are 1-2-2-4 within `rank_group`, over the rounded total."""

    key: str
    label: str
    rank: int | None
    rank_group: str | None
    total: Number
    total_unrounded: Number
    total_before_rules: Number
    grade: str | None
    grade_coefficient: Annotated[
        Number, Field(description="Of the grade, for pay; it has no part in any score.")
    ]
    suggested_grade: Annotated[
        str | None, Field(description="By share of the group, where that is only a suggestion.")
    ]
    coverage: Annotated[Number, Field(description="Weight of what was scored, of what applies.")]
    assigned: Assigned
    perspectives: dict[str, PerspectiveScore]
    measures: dict[str, MeasureScore]
    adjustments: list[Adjustment]


class NotRanked(Item):
    reason: str


class Heading(Document):
    scorecard: str
    version: str
    entity: str
    period: Period
    as_of: Day


class Ranking(Heading):
    """A page of a ranking. `not_ranked` is complete on the first page and empty on the others."""

    model_config = _examples(RANKING)

    items: list[Item]
    not_ranked: list[NotRanked]
    not_active: Annotated[int, Field(description="How many were not active in the period.")]
    next_cursor: Annotated[str | None, Field(description="Null on the last page.")]


# ── explanations ─────────────────────────────────────────────────────────────────────────────────


class Node(Document):
    """One step. Leaf points, adjustments and rounding add up to the total."""

    kind: str
    name: str
    label: str
    value: Number
    unit: str | None
    target: Number
    attainment: Number
    segment: Annotated[str | None, Field(description="The part of the curve the value fell on.")]
    score: Number
    weight: Number
    effective_weight: Number
    points: Number
    rows: Annotated[int | None, Field(description="Rows counted.")]
    skipped: Annotated[int | None, Field(description="Rows without the value, of those.")]
    state: State | None
    reason: Reason
    file: File
    line: Line
    children: list[Node]


class Explanation(Heading):
    """Why an entity has its score: the tree, and the same in sentences."""

    model_config = _examples(EXPLANATION)

    key: str
    label: str
    total: Number
    total_before_rules: Number
    tree: Node
    sentences: list[str]
