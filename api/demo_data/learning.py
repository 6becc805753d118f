"""What staff learn and use: courses, articles of the knowledge base, and the system itself."""

from __future__ import annotations

import numpy as np

from api.demo_data.chain import Chain
from api.demo_data.encoding import Array
from api.demo_data.staff import Staff
from api.demo_data.streams import chosen
from api.demo_data.timeline import DAYS, MONTHS

_COURSES = {"service": 0.4, "selling": 0.3, "system": 0.2, "data protection": 0.1}
_FEATURES = {"customer record": 0.4, "follow-up": 0.3, "campaign": 0.15, "report": 0.15}


def training_rows(chain: Chain, staff: Staff) -> dict[str, Array]:
    """The columns of `trainings`: courses that somebody was to attend, each quarter one or two."""
    start, place = staff.quarters()
    rng = chain.rng
    times = rng.integers(1, 3, len(place))
    start, place = np.repeat(start, times), np.repeat(place, times)
    count, talent = len(place), rng.normal(78, 7, len(staff.number))[place]
    attends = rng.random(count) < rng.uniform(0.75, 1, len(staff.number))[place]
    score = np.clip(np.round(rng.normal(talent, 8)), 0, 100).astype(int)
    return {
        "training_id": np.arange(1, count + 1),
        "employee_id": staff.number[place],
        "held_on": np.minimum(start + rng.integers(5, 85, count), DAYS - 1),
        "course": chosen(rng, _COURSES, count),
        "course_hours": rng.integers(2, 9, count),
        "attended": attends,
        "passed": attends & (score >= 68),
        "score": np.where(attends, score, 0),
    }


def knowledge_rows(chain: Chain, staff: Staff) -> dict[str, Array]:
    """The columns of `knowledge_uses`: articles of the knowledge base, written and looked up."""
    start, place = staff.quarters()
    rng = chain.rng
    times = rng.poisson(rng.lognormal(-0.3, 0.6, len(staff.number))[place])
    start, place = np.repeat(start, times), np.repeat(place, times)
    count = len(place)
    return {
        "use_id": np.arange(1, count + 1),
        "employee_id": staff.number[place],
        "used_on": np.minimum(start + rng.integers(0, 90, count), DAYS - 1),
        "article": rng.integers(1, 160, count),
        "action": chosen(rng, {"looked up": 0.85, "written": 0.15}, count),
        "was_helpful": rng.random(count) < 0.8,
    }


def usage_rows(chain: Chain, staff: Staff) -> dict[str, Array]:
    """The columns of `system_usage`: in which months who used which part of the system."""
    month, place = np.divmod(np.arange(24 * len(staff.number)), len(staff.number))
    start, rng = np.array(MONTHS)[month], chain.rng
    habit = rng.uniform(0.4, 1, len(staff.number))[place]
    uses = staff.active(start + 14, place) & (rng.random(len(place)) < habit)
    start, place = start[uses], place[uses]
    return {
        "employee_id": staff.number[place],
        "used_on": start + rng.integers(0, 28, len(place)),
        "feature": chosen(rng, _FEATURES, len(place)),
        "actions": rng.poisson(30, len(place)) + 1,
    }
