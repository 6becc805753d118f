"""The roll of a period as plain JSON: everybody's results, overlaps, and who has no card."""

from __future__ import annotations

import numpy as np

from engine.combining import Combined, Part
from engine.documents import Document
from engine.roll_call import Person, RollCall


def roll_document(roll: RollCall) -> Document:
    """The roll as JSON: people with their parts, overlaps, who has no card."""
    return {
        "period": {
            "name": roll.period.name,
            "starts_on": roll.period.start.isoformat(),
            "ends_before": roll.period.end.isoformat(),
            "provisional": roll.moment.running,
        },
        "as_of": roll.as_of.isoformat(),
        "people": [
            {
                **_who(each),
                "parts": [_part(part) for part in each.parts],
                "combined": _combined(each.combined),
            }
            for each in roll.people
        ],
        "overlaps": [
            {
                **_who(each.person),
                "scorecards": [each.first.card, each.second.card],
                "from": each.days[0].isoformat(),
                "through": each.days[1].isoformat(),
            }
            for each in roll.overlaps
        ],
        "without_card": [{**_who(each), "days": each.without} for each in roll.without_card],
        "left_out": list(roll.left_out),
        "refused": sorted(roll.refused),
    }


def _who(person: Person) -> Document:
    return {"entity": person.entity.name, "key": person.key, "label": person.label}


def _part(part: Part) -> Document:
    sheet, place = part.sheet, part.place
    total, rank = sheet.total[place], int(sheet.rank[place])
    return {
        "scorecard": part.card,
        "version": sheet.plan.card.source.version,
        "from": part.stays[0][0].isoformat(),
        "through": part.stays[-1][1].isoformat(),
        "days": part.days,
        "total": None if np.isnan(total) else float(total) + 0.0,
        "grade": sheet.grade[place],
        "grade_coefficient": sheet.coefficients.get(sheet.grade[place]),
        "rank": rank or None,
        "rank_group": sheet.group[place],
        "reason": str(sheet.not_ranked[place]) or None,
    }


def _combined(found: Combined | None) -> Document | None:
    """Null where the results stand apart."""
    if found is None:
        return None
    return {
        "scorecards": [each.card for each in found.parts],
        "days": found.days,
        "total": found.total,
        "grade": found.grade,
        "grade_coefficient": found.coefficient,
    }
