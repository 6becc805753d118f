"""What all requests share: the session, opened once, and the sheets computed so far."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cached_property

from api.database import refusing
from api.http.languages import Language
from api.http.schemas import Database, DiagnosticCounts, Health
from api.http.sheets import Scored, SheetKey, Sheets
from api.session import Session
from engine import Sheet, check
from engine.model import key_of
from engine.request import find
from grammar import Diagnostic, Refused


class Service:
    """One workspace behind HTTP. All methods may be called from several threads at once.

    The workspace is read once: what is served does not change under a client that pages through it.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.sheets = Sheets(self._score)

    def warm(self) -> None:
        """Do at the start what the first request would wait for; nothing here can fail."""
        _ = self.diagnostics

    @property
    def language(self) -> Language:
        """The workspace's, for a client that asks for none."""
        try:
            return self.session.settings.language
        except Refused:
            return "en"

    def scored(self, card: str, period: str, as_of: date) -> Scored:
        """The sheet of a card. Raises Refused."""
        return self.sheets.get(SheetKey(key_of(card), self.period(card, period), as_of))

    def period(self, card: str, period: str) -> str:
        """The canonical name of a period of a card: 2025-Q3 is 2025Q3. Raises Refused."""
        return find(self.session.dated, card, period)[1].name

    def _score(self, key: SheetKey) -> Sheet:
        return self.session.score(key.card, key.period, key.as_of)

    # ── health ───────────────────────────────────────────────────────────────────────────────

    def health(self, language: Language) -> Health:
        """Never fails: what does not work is in the answer."""
        count = Counter(str(each.severity) for each in self.diagnostics)
        return Health(
            status="ok",
            workspace=self.session.folder.resolve().name,
            diagnostics=DiagnosticCounts(errors=count["error"], warnings=count["warning"]),
            database=self._database(language),
        )

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All that is wrong with the workspace, as it was found at the start."""
        workspace = self.session.workspace
        try:
            return check(workspace, self.session.catalog())
        except Refused as refused:
            return (*check(workspace), *refused.diagnostics)

    def _database(self, language: Language) -> Database:
        """One small question, over the connection that scores are read from."""
        try:
            with refusing():
                source = self.session.source
                source.fetch("SELECT 1 AS alive")
        except Refused as refused:
            reason = refused.diagnostics[0].message(language)
            return Database(reachable=False, name=None, problem=reason)
        return Database(reachable=True, name=source.name, problem=None)
