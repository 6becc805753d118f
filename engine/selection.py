"""A SELECT over one relation that writes the joins its columns need, each once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlglot import exp

from engine import scalars as r
from engine.dialects import Dialect
from engine.lower_rows import RowLowering
from engine.model import Workspace
from engine.periods import Range
from engine.relations import relation
from grammar import syntax as s


@dataclass(frozen=True)
class Setting:
    """For which workspace and database SQL is written; `zone` is the calendar's."""

    workspace: Workspace
    dialect: Dialect
    zone: str | None
    peers: Callable[[r.Pool], exp.Select] | None = None  # `k`, the key of each, and `g`, its group

    def rows_of(self, where: s.Relation, alias: str) -> Selection:
        return Selection(self, relation(where, self.dialect.name, alias), alias)

    def text(self, query: exp.Expr) -> str:
        return query.sql(dialect=self.dialect.name, pretty=True)


class Selection:
    """One SELECT over a relation: its columns, and the joins they need, made on demand."""

    def __init__(self, setting: Setting, where: exp.Expr, alias: str) -> None:
        self.setting = setting
        self.alias = alias
        self.joins: dict[tuple[r.Hop, ...], str] = {}
        self.tallies: dict[r.Tally, str] = {}
        self.groups: dict[r.PeerGroup, str] = {}
        self.select = exp.Select().from_(where)
        self.rows = RowLowering(setting.dialect, setting.zone, self.column, self.tally)

    def column(self, field: r.Field) -> exp.Expr:
        return exp.column(quoted(field.column), table=self._joined(field.hops))

    def tally(self, node: r.Tally | r.PeerGroup) -> exp.Expr:
        """A number of the rows of an entity, joined to its key: at most one row for each."""
        from engine.lower_tallies import tally_query, tally_value

        if isinstance(node, r.PeerGroup):
            return self._peer_group(node)
        if node not in self.tallies:
            here = self.rows.scalar(node.key)
            alias = self.tallies[node] = f"t{len(self.tallies) + 1}"
            self.select = self.select.join(
                subquery(tally_query(self.setting, node), alias),
                on=exp.EQ(this=exp.column("k", table=alias), expression=here),
                join_type="left",
            )
        return tally_value(self.rows, node, self.tallies[node])

    def _peer_group(self, node: r.PeerGroup) -> exp.Expr:
        """The group of the peer whose key a row has: keys are unique, so that no row is doubled."""
        assert self.setting.peers is not None
        if node not in self.groups:
            here = self.rows.scalar(node.key)
            alias = self.groups[node] = f"p{len(self.groups) + 1}"
            self.select = self.select.join(
                subquery(self.setting.peers(node.pool), alias),
                on=exp.EQ(this=exp.column("k", table=alias), expression=here),
                join_type="left",
            )
        return exp.column("g", table=self.groups[node])

    def _joined(self, hops: tuple[r.Hop, ...]) -> str:
        """The alias of the entity at the end of the hops; each join is written once."""
        if not hops:
            return self.alias
        if hops not in self.joins:
            before = self._joined(hops[:-1])
            hop = hops[-1]
            alias = f"j{len(self.joins) + 1}"
            self.joins[hops] = alias
            here = exp.column(quoted(hop.column), table=before)
            there = exp.column(quoted(hop.key), table=alias)
            tests: list[exp.Expr] = [exp.EQ(this=there, expression=here)]
            if hop.stay is not None:
                tests += self._holds(hop.stay, hops)
            self.select = self.select.join(
                relation(self._relation(hop), self.setting.dialect.name, alias),
                on=exp.and_(*tests),
                join_type="left",
            )
        return self.joins[hops]

    def _relation(self, hop: r.Hop) -> s.Relation:
        entity = self.setting.workspace.entities[hop.entity]
        found = entity.history if hop.stay is not None else entity
        assert found is not None
        assert found.relation is not None
        return found.relation

    def _holds(self, stay: r.Stay, hops: tuple[r.Hop, ...]) -> list[exp.Expr]:
        """The row of a history that holds on a day, or the rows that hold on some day of a range;
        an end that is null is open."""
        since = self.rows.day(replace(stay.since, hops=hops))
        until = self.rows.day(replace(stay.until, hops=hops))
        if isinstance(stay.when, Range):
            first = self.rows.constant(stay.when.start)
            last = self.rows.constant(stay.when.last)
        else:
            first = last = self.rows.day(stay.when)
        ends = exp.GTE if stay.inclusive else exp.GT
        goes_on = exp.or_(
            exp.Is(this=until, expression=exp.null()), ends(this=until.copy(), expression=first)
        )
        begun = exp.or_(
            exp.Is(this=since, expression=exp.null()),
            exp.LTE(this=since.copy(), expression=last.copy()),
        )
        return [exp.paren(begun), exp.paren(goes_on)]


def subquery(query: exp.Expr, alias: str) -> exp.Expr:
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(alias)))


def quoted(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)
