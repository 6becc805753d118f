"""Weights from pairwise comparisons: the analytic hierarchy process (AHP).

An author says how many times as important one sibling is as another; this module turns such
judgements into weights and says how well they agree. It knows no files and no syntax.

Everything is computed in logarithms relative to the least-squares weights g: the *residual* of a
judgement a_ij is e_ij = ln(a_ij g_j / g_i), zero where it agrees with the others. The matrix of
exp(e_ij) has the eigenvalues of the judgement matrix, but entries near one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from math import ceil, copysign, exp, floor, fsum, inf, isfinite, log, sqrt
from operator import mul
from typing import Literal, get_args

from grammar.records import record

Method = Literal["eigenvector", "geometric"]
RandomIndex = Literal["alonso_lamata", "saaty", "donegan_dodd"]
Verdict = Literal["ok", "caution", "revise"]
Kind = Literal[
    "self", "unknown", "contradiction", "repeat",
    "disconnected", "not_positive", "below_one", "above_nine",
]  # fmt: skip
_Pair = tuple[int, int]
_Rows = list[list[float]]

_SAME = 1e-9  # logarithms or consistency ratios that differ by less are equal
_SCALE = (*(-log(k) for k in range(9, 1, -1)), *(log(k) for k in range(1, 10)))  # 1/9 ... 9
_STILL = 1e-10  # a step of logarithms that is shorter has arrived
_LONGEST_STEP = 5.0  # a factor of e^5
_STEPS = 500  # cap of every iteration; ordinary judgements need a few dozen
_LARGEST_RESIDUAL = 12.0  # e^12: a judgement that far off says no more than a farther one
_SMALLEST_SHARE = 1e-9  # of the largest; smaller ones would vanish in the equations


@record
class Judgement:
    """`over` is `strength` (>= 1) times as important as `under`, says a judge of weight `share`."""

    over: str
    under: str
    strength: float
    judge: str = ""
    share: float = 1.0


@record
class Problem:
    """What is wrong with the judgements at these positions of the input.

    `contradiction`, `repeat`: one judge's answers to one pair differ, or agree. `not_positive`:
    strength or share is no positive finite number. `disconnected`: `groups` that nothing compares.
    """

    kind: Kind
    judgements: tuple[int, ...]
    groups: tuple[tuple[str, ...], ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether `compare` refuses it; a repeat and a strength above 9 are only warnings."""
        return self.kind not in ("repeat", "above_nine")


@record
class Reconsider:
    """The judgement to look at first: `over` counts `stated` times `under`, as its author wrote it.

    `suggested` is a whole number k or 1/k; below 1 the preference turns round. With it in the place
    of `stated` the consistency ratio of the whole comparison becomes `cr_after`.
    """

    over: str
    under: str
    stated: float
    suggested: float
    cr_after: float
    judge: str


@record
class JudgeReport:
    """One of several judges: `coverage` is the fraction of all pairs answered, `cr` the ratio of
    these answers alone: the worst where they form separate groups, None if they test nothing.
    """

    judge: str
    share: float
    coverage: float
    cr: float | None


@record
class Spread:
    """How far several judges are apart on a pair to which together they give over : under = ratio.

    `geometric_sd` is exp of the share-weighted population standard deviation of ln a: a factor, 1
    when all agree. A ratio near 1 with a large factor is no consensus, not equal importance.
    """

    over: str
    under: str
    ratio: float
    geometric_sd: float
    judges: int


@record
class Comparison:
    """Weights (fractions of 1, in the order of the names), and how consistent the judgements are.

    `ci` = (lambda_max - n) / (n - 1), `cr` = ci / ri (Saaty 1977). cr is 0 for n <= 2, and None
    where every judgement is an only link between two groups, so that nothing can be tested. `ri` is
    the random index corrected for the missing pairs. `gci` is the geometric consistency index:
    squared residuals over degrees of freedom (Aguaron and Moreno-Jimenez 2003). `circular` lists a
    over b, b over c, c over a. `reconsider` is None where the verdict is ok, or no likely change
    helps. `judges` and `spread` are empty where there is one judge.
    """

    weights: Mapping[str, float]  # a plain dict, so that results can be copied and pickled
    method: Method
    random_index: RandomIndex
    ri: float
    lambda_max: float
    ci: float
    cr: float | None
    gci: float
    verdict: Verdict
    reconsider: Reconsider | None
    missing_pairs: int
    circular: tuple[tuple[str, str, str], ...]
    judges: tuple[JudgeReport, ...]
    spread: tuple[Spread, ...]


def problems(names: Sequence[str], judgements: Sequence[Judgement]) -> tuple[Problem, ...]:
    """Everything wrong with the judgements, in their order; ValueError when a name stands twice."""
    if len(set(names)) < len(names):
        raise ValueError("the names of siblings must differ")
    found = [Problem(kind, (at,)) for at, j in enumerate(judgements) for kind in _wrong(names, j)]
    found.extend(_repeats(judgements))
    return (*sorted(found, key=lambda problem: problem.judgements), *_gaps(names, judgements))


def _wrong(names: Sequence[str], judgement: Judgement) -> Iterator[Kind]:
    if judgement.over == judgement.under:
        yield "self"
    if not {judgement.over, judgement.under} <= set(names):
        yield "unknown"
    if not all(isfinite(x) and x > 0 for x in (judgement.strength, judgement.share)):
        yield "not_positive"
    elif judgement.strength < 1:
        yield "below_one"
    elif judgement.strength > 9:
        yield "above_nine"


def _repeats(judgements: Sequence[Judgement]) -> Iterator[Problem]:
    answers: dict[tuple[str, str, str], dict[int, float]] = {}
    for at, j in enumerate(judgements):
        if j.over != j.under and j.strength > 0:
            first, second = sorted((j.over, j.under))
            ratio = j.strength if j.over == first else 1 / j.strength
            answers.setdefault((j.judge, first, second), {})[at] = round(log(ratio), 9)
    for logs in answers.values():
        if len(logs) > 1:
            yield Problem("repeat" if len(set(logs.values())) == 1 else "contradiction", (*logs,))


def _gaps(names: Sequence[str], judgements: Sequence[Judgement]) -> Iterator[Problem]:
    place = {name: at for at, name in enumerate(names)}
    sides = [(place.get(j.over), place.get(j.under)) for j in judgements]
    links = [(i, j) for i, j in sides if i is not None and j is not None and i != j]
    groups = _components(len(names), links)
    # A line with a wrong name may be the missing link: then that line alone is to be reported.
    if len(groups) - 1 > len(judgements) - len(links):
        yield Problem("disconnected", (), tuple(tuple(names[i] for i in g) for g in groups))


def _components(size: int, links: Iterable[_Pair]) -> list[list[int]]:
    group_of = {i: [i] for i in range(size)}
    for i, j in links:
        if group_of[i] is not group_of[j]:
            merged = sorted(group_of[i] + group_of[j])
            group_of.update(dict.fromkeys(merged, merged))
    return [group for i, group in group_of.items() if group[0] == i]


def compare(
    names: Sequence[str],
    judgements: Sequence[Judgement],
    *,
    method: Method = "eigenvector",
    random_index: RandomIndex = "alonso_lamata",
) -> Comparison:
    """The weights that the judgements imply, and how far the judgements agree.

    Several judges become one by the share-weighted geometric mean of those who answered a pair
    (Aczel and Saaty 1983). `eigenvector` is the principal eigenvector (Saaty 1977), with missing
    judgements completed so that lambda_max is least (Bozoki, Fulop and Ronyai 2010). `geometric` is
    logarithmic least squares, the row geometric mean where nothing is missing (Crawford and
    Williams 1985); it has no eigenvalue, so lambda_max is the mean of (Aw)_i / w_i as in textbooks.
    Raises ValueError for no names, an unknown option, or input in which `problems` finds an error.
    """
    if not names or method not in get_args(Method) or random_index not in get_args(RandomIndex):
        raise ValueError("compare needs names, a known method and a known random index")
    if wrong := [problem.kind for problem in problems(names, judgements) if problem.is_error]:
        raise ValueError(f"the judgements have errors: {', '.join(wrong)}")
    answers = _answers(names, judgements)
    matrix = _aggregate(answers, _Matrix(len(names), {}, {}, method, random_index))
    result = _solve(matrix)
    return Comparison(
        weights=dict(zip(names, result.weights, strict=True)),
        method=method,
        random_index=random_index,
        ri=result.ri,
        lambda_max=result.lambda_max,
        ci=result.ci,
        cr=result.cr,
        gci=fsum(e * e for e in result.residuals.values()) / max(matrix.freedom, 1),
        verdict=_verdict(matrix.size, result.cr),
        reconsider=_reconsider(answers, matrix, result),
        missing_pairs=matrix.missing,
        circular=tuple(_circular(names, matrix)),
        judges=tuple(_judges(answers, matrix)),
        spread=tuple(_spread(names, answers, matrix)),
    )


@record
class _Answer:
    """A judgement as written, and what it says of its pair i < j of positions: ln(i : j)."""

    written: Judgement
    pair: _Pair
    sign: int  # -1 where the later name was written first
    log: float
    share: float  # of the largest share


@record
class _Matrix:
    """What all judges together say of pairs i < j: ln(i : j), and the sum of shares behind it."""

    size: int
    logs: Mapping[_Pair, float]
    shares: Mapping[_Pair, float]
    method: Method
    random_index: RandomIndex

    @property
    def missing(self) -> int:
        return self.size * (self.size - 1) // 2 - len(self.logs)

    @property
    def freedom(self) -> int:
        """Independent checks: the known pairs beyond those that it takes to connect all names."""
        return len(self.logs) - (self.size - 1)


def _answers(names: Sequence[str], judgements: Sequence[Judgement]) -> list[_Answer]:
    place = {name: at for at, name in enumerate(names)}
    largest = max((j.share for j in judgements), default=1.0)
    answers: dict[tuple[str, _Pair], _Answer] = {}
    for j in judgements:
        i, k = place[j.over], place[j.under]
        pair, sign = ((i, k), 1) if i < k else ((k, i), -1)
        share = max(j.share / largest, _SMALLEST_SHARE)
        answer = _Answer(j, pair, sign, sign * log(j.strength), share)
        answers.setdefault((j.judge, pair), answer)  # a repeat counts once
    return list(answers.values())


def _aggregate(answers: Iterable[_Answer], empty: _Matrix) -> _Matrix:
    sums: dict[_Pair, float] = {}
    shares: dict[_Pair, float] = {}
    for answer in answers:
        sums[answer.pair] = sums.get(answer.pair, 0.0) + answer.share * answer.log
        shares[answer.pair] = shares.get(answer.pair, 0.0) + answer.share
    logs = {pair: total / shares[pair] for pair, total in sums.items()}
    return replace(empty, logs=logs, shares=shares)


@record
class _Result:
    residuals: dict[_Pair, float]
    slack: dict[_Pair, float]  # 1 - leverage: how far others decide a pair's fit; 0: an only link
    weights: list[float]
    lambda_max: float
    ri: float
    ci: float
    cr: float | None


def _solve(matrix: _Matrix) -> _Result:
    n = matrix.size
    logs, covariance = _least_squares(matrix)
    residuals = {(i, j): x - logs[i] + logs[j] for (i, j), x in matrix.logs.items()}
    rows = _residual_rows(n, residuals)
    if matrix.method == "geometric":
        largest = fsum(map(fsum, rows)) / n
    else:
        shifts, largest = _eigenvector(rows, matrix.logs)
        logs = [x + shift for x, shift in zip(logs, shifts, strict=True)]
    lambda_max = max(largest, float(n))  # less only by rounding
    ci, ri = (lambda_max - n) / max(n - 1, 1), _random_index(matrix)
    cr = 0.0 if n <= 2 else ci / ri if matrix.freedom else None
    slack = {
        (i, j): 1 - share * (covariance[i][i] + covariance[j][j] - 2 * covariance[i][j])
        for (i, j), share in matrix.shares.items()
    }
    return _Result(residuals, slack, _weights(logs), lambda_max, ri, ci, cr)


def _weights(logs: Sequence[float]) -> list[float]:
    largest = max(logs)
    raw = [exp(x - largest) for x in logs]
    total = fsum(raw)
    return [x / total for x in raw]


def _least_squares(matrix: _Matrix) -> tuple[list[float], _Rows]:
    """Log weights, the first 0, from the graph Laplacian (Bozoki et al. 2010); their covariance."""
    right = [0.0] * matrix.size
    for (i, j), log_ratio in matrix.logs.items():
        right[i] += matrix.shares[i, j] * log_ratio
        right[j] -= matrix.shares[i, j] * log_ratio
    covariance = _covariance(matrix.size, matrix.shares)
    return _product(covariance, right), covariance


def _covariance(size: int, shares: Mapping[_Pair, float]) -> _Rows:
    """The inverse of the graph Laplacian, with the first row and column held at 0."""
    laplacian = [[0.0] * size for _ in range(size)]
    for (i, j), share in shares.items():
        laplacian[i][j] = laplacian[j][i] = -share
        laplacian[i][i] += share
        laplacian[j][j] += share
    inverse = _inverse([row[1:] for row in laplacian[1:]])
    return [[0.0] * size, *([0.0, *row] for row in inverse)]


def _inverse(rows: _Rows) -> _Rows:
    """Gauss-Jordan without pivoting, which a symmetric positive definite matrix does not need."""
    size = len(rows)
    rows = [[*row, *(float(i == j) for j in range(size))] for i, row in enumerate(rows)]
    for k in range(size):
        pivot = rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(size):
            if i != k and (factor := rows[i][k]):
                rows[i] = [x - factor * y for x, y in zip(rows[i], pivot, strict=True)]
    return [row[size:] for row in rows]


def _product(rows: _Rows, vector: Sequence[float]) -> list[float]:
    return [fsum(map(mul, row, vector)) for row in rows]


def _residual_rows(size: int, residuals: Mapping[_Pair, float]) -> _Rows:
    """exp(e_ij), where a missing judgement is what least squares implies: 1."""
    rows = [[1.0] * size for _ in range(size)]
    for (i, j), residual in residuals.items():
        bounded = max(-_LARGEST_RESIDUAL, min(residual, _LARGEST_RESIDUAL))
        rows[i][j], rows[j][i] = exp(bounded), exp(-bounded)
    return rows


def _eigenvector(rows: _Rows, known: Collection[_Pair]) -> tuple[list[float], float]:
    """Logarithms of the principal eigenvector, and its eigenvalue; missing entries make it least.

    The eigenvalue is convex in the logarithms of the missing entries (Bozoki et al. 2010), and
    least where its right and left vectors w, v have v_i a_ij w_j = v_j a_ji w_i (Harker 1987): in
    coordinates that make each missing entry 1, where w = v. The step to them that is exact for
    small residuals is made longer or shorter by how the last one fared (Irons and Tuck 1969).
    """
    size = len(rows)
    right, largest = _perron(rows, [1.0] * size)
    if len(known) == size * (size - 1) // 2:
        return [log(x) for x in right], largest
    newton = _covariance(size, dict.fromkeys(known, 2 / size))
    shifts, step, pace = [0.0] * size, [0.0] * size, 1.0
    for _ in range(_STEPS):
        left, _ = _perron([list(column) for column in zip(*rows, strict=True)], right)
        skew = [log(w / v) for w, v in zip(right, left, strict=True)]
        before, step = step, _centred(_product(newton, _centred(skew)))
        pace = _paced(pace, before, step)
        shifts = [x + pace * y for x, y in zip(shifts, step, strict=True)]
        for i, j in known:
            factor = exp(pace * (step[j] - step[i]))
            rows[i][j], rows[j][i] = rows[i][j] * factor, rows[j][i] / factor
        right, largest = _perron(rows, right)
        if max(map(abs, step)) < _STILL:
            break
    return [shift + log(x) for shift, x in zip(shifts, right, strict=True)], largest


def _centred(values: Sequence[float]) -> list[float]:
    mean = fsum(values) / len(values)
    return [x - mean for x in values]


def _paced(pace: float, before: Sequence[float], step: Sequence[float]) -> float:
    """The factor of the next step: what would have made the last one right, within bounds."""
    change = [new - old for new, old in zip(step, before, strict=True)]
    square = fsum(map(mul, change, change))
    if any(before) and square > 0:
        pace = min(4.0, max(0.02, abs(pace * fsum(map(mul, before, change)) / square)))
    longest = max(map(abs, step))
    return pace if pace * longest <= _LONGEST_STEP else _LONGEST_STEP / longest


def _perron(rows: _Rows, vector: list[float]) -> tuple[list[float], float]:
    """Principal eigenvector and eigenvalue of a positive matrix, by power iteration.

    min and max of (Au)_i / u_i enclose the eigenvalue (Collatz, Wielandt). A quarter of it on the
    diagonal leaves the vector alone, and makes circular judgements settle that would else turn.
    """
    for _ in range(_STEPS):
        image = _product(rows, vector)
        ratios = [x / y for x, y in zip(image, vector, strict=True)]
        low, high = min(ratios), max(ratios)
        if high - low <= 1e-13 * high:
            break
        shifted = [x + high / 4 * y for x, y in zip(image, vector, strict=True)]
        largest = max(shifted)
        vector = [x / largest for x in shifted]
    return vector, (low + high) / 2


def limits(size: int) -> tuple[float, float]:
    """The largest consistency ratios that are `ok`, and `caution`, for so many siblings.

    The first is Saaty's (1994). Well-known published comparisons lie between the two.
    """
    return {3: 0.05, 4: 0.08}.get(size, 0.10), 0.10 if size <= 4 else 0.20


def _verdict(size: int, cr: float | None) -> Verdict:
    exceeded = sum((cr or 0.0) > limit + _SAME for limit in limits(size))
    verdicts: tuple[Verdict, ...] = get_args(Verdict)
    return verdicts[exceeded]


_TABLES: dict[RandomIndex, dict[int, float]] = {
    "alonso_lamata": dict(enumerate((.5247, .8816, 1.1086, 1.2479, 1.3417, 1.4057, 1.4499,
        1.4854, 1.5140, 1.5365, 1.5551, 1.5713, 1.5838), 3)),
    "saaty": dict(enumerate((.58, .90, 1.12, 1.24, 1.32, 1.41, 1.45,
        1.49, 1.51, 1.48, 1.56, 1.57, 1.59), 3)),  # with the dip at 12, as printed
    "donegan_dodd": {3: .4914, 4: .8286, 5: 1.0591, 6: 1.1797, 7: 1.2519, 8: 1.3171, 9: 1.3733,
        10: 1.4055, 15: 1.4969, 20: 1.5371, 30: 1.5772, 50: 1.6102},
}  # fmt: skip


def _random_index(matrix: _Matrix) -> float:
    """Mean consistency index of random matrices of this size with as many judgements missing.

    Tables: Alonso and Lamata 2006, Saaty 1980, both with Alonso and Lamata's fit above 15; Donegan
    and Dodd 1991, interpolated linearly in 1/n between its rows, for the index nears its bound like
    a - b/n, and with the last row above 50. Missing judgements: Agoston and Csato 2022.
    """
    n, table = matrix.size, _TABLES[matrix.random_index]
    if n <= 2:
        return 0.0
    below = max(row for row in table if row <= n)
    above = min((row for row in table if row >= n), default=below)
    whole = table[below]
    if below < above:
        part = (1 / below - 1 / n) / (1 / below - 1 / above)
        whole += part * (table[above] - whole)
    elif below < n and matrix.random_index != "donegan_dodd":
        whole = (1.7699 * n - 4.3513) / (n - 1)
    return whole * (1 - 2 * matrix.missing / ((n - 1) * (n - 2)))


def _circular(names: Sequence[str], matrix: _Matrix) -> Iterator[tuple[str, str, str]]:
    over = {pair for pair, x in matrix.logs.items() if x > _SAME}
    over |= {(j, i) for (i, j), x in matrix.logs.items() if x < -_SAME}
    for i, j, k in permutations(range(matrix.size), 3):
        if i < min(j, k) and {(i, j), (j, k), (k, i)} <= over:
            yield names[i], names[j], names[k]


@record
class _Change:
    """Another logarithm in the place of an answer's."""

    answer: _Answer
    log: float

    @property
    def size(self) -> float:
        return round(abs(self.log - self.answer.log), 9)  # rounded, so that equals tie

    def apply(self, matrix: _Matrix) -> _Matrix:
        pair, change = self.answer.pair, self.log - self.answer.log
        moved = matrix.logs[pair] + change * self.answer.share / matrix.shares[pair]
        return replace(matrix, logs={**matrix.logs, pair: moved})


_Plans = Iterator[tuple[Sequence[_Change], float]]  # what to try; the ratio that will do


def _reconsider(answers: Iterable[_Answer], matrix: _Matrix, now: _Result) -> Reconsider | None:
    """Try the changes of each plan; the first plan whose best change will do gives the advice."""
    if now.cr is None or _verdict(matrix.size, now.cr) == "ok":
        return None
    plans = _smallest_change if matrix.freedom == 1 else _largest_conflict
    for changes, goal in plans(_implied(answers, matrix, now), matrix, now):
        tried = [(_solve(change.apply(matrix)).cr or 0.0, change) for change in changes]
        cr, best = min(tried, key=lambda trial: (round(trial[0], 9), trial[1].size))
        if cr <= min(goal, now.cr * (1 - _SAME)):
            old, whole = best.answer.written, float(round(exp(abs(best.log))))
            new = whole if best.answer.sign * best.log >= 0 else 1 / whole
            return Reconsider(old.over, old.under, float(old.strength), new, cr, old.judge)
    return None


def _implied(answers: Iterable[_Answer], matrix: _Matrix, now: _Result) -> dict[_Answer, float]:
    """The logarithm with which each answer would end its conflict; only links, without one, aside.

    Where a pair has residual e and leverage h, the other pairs imply e / (1 - h) less.
    """
    return {
        a: a.log - now.residuals[a.pair] / now.slack[a.pair] * matrix.shares[a.pair] / a.share
        for a in answers
        if now.slack[a.pair] > _SAME
    }


def _largest_conflict(implied: Mapping[_Answer, float], matrix: _Matrix, now: _Result) -> _Plans:
    """The three pairs that disagree most, brought next to what the others imply.

    Without a pair of share c the squared residuals would sum to c e^2 / (1 - h) less.
    """
    gains = {
        pair: round(matrix.shares[pair] * now.residuals[pair] ** 2 / now.slack[pair], 9)
        for pair in dict.fromkeys(answer.pair for answer in implied)
    }
    pairs = sorted(gains, key=lambda pair: -gains[pair])[:3]
    yield [c for a, x in implied.items() if a.pair in pairs for c in _around(a, x)], inf


def _around(answer: _Answer, implied: float) -> list[_Change]:
    """To the whole numbers, or their reciprocals, next to it; up to 9, or what was written."""
    size = exp(min(abs(implied), log(max(answer.written.strength, 9))))
    wholes = {floor(size + _SAME), ceil(size - _SAME)}
    return [_Change(answer, copysign(log(whole), implied)) for whole in sorted(wholes)]


def _smallest_change(implied: Mapping[_Answer, float], matrix: _Matrix, now: _Result) -> _Plans:
    """The smallest change that betters the verdict; where none does, the change that helps most.

    This is for a single independent check (three siblings): all judgements on the circle conflict
    equally, nothing tells which is off, and none ought to be bent wholly to the others.
    """
    changes = [
        _Change(answer, x)
        for answer, wanted in implied.items()
        for x in _SCALE
        if (x - answer.log) * (wanted - answer.log) > 0
    ]
    goal = max(limit for limit in limits(matrix.size) if limit < (now.cr or 0.0)) + _SAME
    yield from (([change], goal) for change in sorted(changes, key=lambda c: c.size))
    yield changes, inf


def _judges(answers: Sequence[_Answer], matrix: _Matrix) -> Iterator[JudgeReport]:
    by_judge: dict[str, list[_Answer]] = {}
    for answer in answers:
        by_judge.setdefault(answer.written.judge, []).append(answer)
    for judge, own in by_judge.items() if len(by_judge) > 1 else ():
        groups = _components(matrix.size, [answer.pair for answer in own])
        ratios = [_solve(_part(group, own, matrix)).cr for group in groups if len(group) > 2]
        worst = max((cr for cr in ratios if cr is not None), default=None)
        coverage = len(own) / (matrix.size * (matrix.size - 1) // 2)
        yield JudgeReport(judge, own[0].written.share, coverage, worst)


def _part(group: Sequence[int], answers: Iterable[_Answer], whole: _Matrix) -> _Matrix:
    """The names of the group by themselves, as these answers have them."""
    place = {name: at for at, name in enumerate(group)}
    inside = [a for a in answers if a.pair[0] in place]
    moved = [replace(a, pair=(place[a.pair[0]], place[a.pair[1]])) for a in inside]
    return _aggregate(moved, replace(whole, size=len(group)))


def _spread(names: Sequence[str], answers: Sequence[_Answer], matrix: _Matrix) -> Iterator[Spread]:
    for (i, j), mean in matrix.logs.items():
        group = [answer for answer in answers if answer.pair == (i, j)]
        if len(group) > 1:
            variance = fsum(a.share * (a.log - mean) ** 2 for a in group) / matrix.shares[i, j]
            over, under = (i, j) if mean >= 0 else (j, i)
            ratio, factor = exp(abs(mean)), exp(sqrt(variance))
            yield Spread(names[over], names[under], ratio, factor, len(group))
