"""What people judge: ratings of staff from all sides, manual scores, and points for events."""

from __future__ import annotations

import numpy as np

from api.demo_data.chain import Chain
from api.demo_data.encoding import NULL, Array
from api.demo_data.staff import Staff
from api.demo_data.streams import pick
from api.demo_data.timeline import DAYS, QUARTERS

_GROUPS = ["self", "manager", "peer", "peer", "peer", "customer"]
_WEIGHTS = {"self": 10, "manager": 40, "peer": 30, "customer": 20}
_SUBJECTS = ["brand reputation", "market response", "rollout of the system"]
_EVENTS = {"praise": 2, "idea adopted": 3, "late report": -1, "pressed a customer": -5}


def rating_rows(chain: Chain, staff: Staff) -> dict[str, Array]:
    """The columns of `ratings`: each quarter six of everybody who is there; out of 100.

    People rate themselves a little better than others do. The weights of the groups are those of
    the guideline, divided among the peers.
    """
    start, rated = staff.quarters()
    rng, times = chain.rng, len(_GROUPS)
    start, rated = np.repeat(start, times), np.repeat(rated, times)
    group = pick(_GROUPS, np.arange(len(rated)) % times)
    peer = (staff.number[rated] // 6 * 6 + rng.integers(0, 6, len(rated))) % len(chain.hired)
    boss = chain.first[staff.store[rated]]
    rater = np.select([group == "self", group == "manager"], [staff.number[rated], boss], peer)
    share = np.array([_WEIGHTS[each] for each in group]) / np.where(group == "peer", 3, 1)

    def points(typical: float) -> Array:
        skill = rng.normal(typical, 6, len(staff.number))[rated] + 5 * (group == "self")
        given: Array = np.clip(np.round(rng.normal(skill, 6)), 30, 100).astype(int)
        return given

    return {
        "rating_id": np.arange(1, len(rated) + 1),
        "employee_id": staff.number[rated],
        "rater_id": np.where(group == "customer", NULL, rater),
        "rater_group": group,
        "rater_weight": np.round(share * 100),
        "rated_on": start + 75 + rng.integers(0, 14, len(rated)),
        "work_quality": points(80),
        "teamwork": np.where(rng.random(len(rated)) < 0.03, NULL, points(82)),
        "service_attitude": points(84),
        "capability": points(76),
    }


def manual_rows(chain: Chain) -> dict[str, Array]:
    """The columns of `manual_scores`: of each store and quarter by two raters, with evidence."""
    quarter, rest = np.divmod(np.arange(8 * len(chain.staff) * 6), len(chain.staff) * 6)
    store, place = np.divmod(rest, 6)
    rng = chain.rng
    start = np.array(QUARTERS)[quarter]
    rows = {
        "store_id": store,
        "subject": pick(_SUBJECTS, place // 2),
        "rater_id": store % 4 + place % 2 * 12,
        "rater_weight": np.where(place % 2, 60, 40) * 100,
        "score": np.clip(np.round(rng.normal(78, 8, len(store))), 0, 100).astype(int),
        "scored_on": start + 80 + store % 9,
        "evidence": pick(["visit report", "press review", "minutes of the meeting"], place * 3 % 3),
    }
    there = (chain.opened[store] <= start) & (start + 89 <= chain.closed[store])
    return {name: values[there] for name, values in rows.items()}


def event_rows(chain: Chain, staff: Staff) -> dict[str, Array]:
    """The columns of `event_points`: for what happened, good or bad, and who approved it."""
    start, place = staff.quarters()
    rng = chain.rng
    hit = rng.random(len(place)) < 0.35
    start, place = start[hit], place[hit]
    code = rng.choice(len(_EVENTS), len(place), p=[0.5, 0.2, 0.25, 0.05])
    return {
        "event_id": np.arange(1, len(place) + 1),
        "employee_id": staff.number[place],
        "store_id": staff.store[place],
        "occurred_on": np.minimum(start + rng.integers(0, 90, len(place)), DAYS - 1),
        "code": pick(list(_EVENTS), code),
        "points": np.array(list(_EVENTS.values()))[code],
        "evidence": pick(["letter", "system record", "witness"], rng.integers(0, 3, len(place))),
        "approved": rng.random(len(place)) < 0.94,
    }


def staff_survey_rows(chain: Chain, staff: Staff) -> dict[str, Array]:
    """The columns of `staff_surveys`: how content the staff is, without their names."""
    start, place = staff.quarters()
    rng = chain.rng
    answers = rng.random(len(place)) < 0.7
    start, store = start[answers], staff.store[place[answers]]
    mood = rng.normal(3.9, 0.25, len(chain.staff))[store]
    return {
        "answer_id": np.arange(1, len(store) + 1),
        "store_id": store,
        "answered_on": start + 40 + rng.integers(0, 30, len(store)),
        "contentment": np.clip(np.round(rng.normal(mood, 0.9)), 1, 5).astype(int),
        "workload": np.clip(np.round(rng.normal(3, 0.9, len(store))), 1, 5).astype(int),
    }
