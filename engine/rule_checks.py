"""What can be said of the rules of a card before anybody is scored."""

from __future__ import annotations

from engine.card import Card
from engine.facts import Problems
from engine.rule_lines import check_names


def check_rules(card: Card, problems: Problems) -> None:
    """Two of one name, and a total that no rule has to cap (K0744): its limit is higher than what
    the card's own limit allows."""
    check_names(card.source, problems)
    if card.limit_total is None or any(extra.kind == "bonus" for extra in card.extras):
        return
    _, most = card.limit_total
    for rule in card.rules:
        for effect in rule.of("cap_total"):
            if effect.limit >= most:
                data = {"rule": rule.name, "limit": f"{effect.limit:g}", "most": f"{most:g}"}
                problems.report("K0744", effect.span, data)
