"""More of what customers say: further columns of survey answers and requests, and who was asked."""

from __future__ import annotations

import numpy as np

from api.demo_data.campaigns import Campaigns
from api.demo_data.chain import Chain
from api.demo_data.encoding import NULL, Array
from api.demo_data.staff import Staff
from api.demo_data.streams import chosen, pick
from api.demo_data.timeline import DAY_US, HOUR_US
from api.demo_data.visits import flags

_METHODS = {"online": 0.6, "telephone": 0.25, "face to face": 0.15}
_CHANNELS = {"store": 0.4, "telephone": 0.25, "message": 0.25, "web": 0.1}
_SEVERITIES = {"low": 0.5, "medium": 0.35, "high": 0.15}
_REASONS = {"price": 0.35, "service": 0.25, "quality": 0.2, "moved away": 0.2}
_PROMISED = np.array([24, 72, 96, 48, 8])  # hours, by kind of request


def with_dimensions(chain: Chain, campaigns: Campaigns, rows: dict[str, Array]) -> dict[str, Array]:
    """The columns of `surveys`, of which `rows` holds the first.

    Who is content is content with most things; each store has its strong and weak sides.
    """
    rng, count = chain.rng, len(rows["survey_id"])
    store = rows["store_id"] % len(chain.staff)
    base = np.where(rows["satisfaction"] == NULL, 4, rows["satisfaction"])

    def answers(top: int, unknown: float) -> Array:
        side = rng.normal(0, 0.25, len(chain.staff))[store]
        given = np.round((base + side) * top / 5 + rng.normal(0, top * 0.12, count))
        return np.where(rng.random(count) < unknown, NULL, np.clip(given, 1, top).astype(int))

    benefit = answers(10, 0.05)
    cost = np.where(rng.random(count) < 0.05, NULL, np.clip(rng.poisson(5, count), 1, 10))
    return rows | {
        "method": chosen(rng, _METHODS, count),
        "product_quality": answers(5, 0.05),
        "after_sales": answers(5, 0.12),
        "shopping": answers(5, 0.05),
        "perceived_benefit": benefit,
        "perceived_cost": cost,
        "campaign_id": campaigns.of(store, rows["answered_on"]),
        "leave_reason": pick(
            list(_REASONS),
            np.where(base <= 2, rng.choice(4, count, p=list(_REASONS.values())), NULL),
        ),
    }


def invitation_rows(chain: Chain, surveys: dict[str, Array]) -> dict[str, Array]:
    """The columns of `survey_invitations`: of every answer, and of those who did not answer."""
    rng = chain.rng
    effort = rng.uniform(0.6, 2.4, len(chain.staff))
    times = 1 + rng.poisson(effort[surveys["store_id"] % len(chain.staff)])
    answer = np.repeat(np.arange(len(times)), times)
    first = np.diff(answer, prepend=-1) > 0
    return {
        "invitation_id": np.arange(1, len(answer) + 1),
        "sent_on": np.maximum(surveys["answered_on"][answer] - rng.integers(0, 3, len(answer)), 0),
        "store_id": surveys["store_id"][answer],
        "employee_id": surveys["employee_id"][answer],
        "method": surveys["method"][answer],
        "answered": first,
    }


def with_promises(chain: Chain, staff: Staff, rows: dict[str, Array]) -> dict[str, Array]:
    """The columns of `service_requests`, of which `rows` holds the first: the promises made."""
    rng, count = chain.rng, len(rows["request_id"])
    store = rows["store_id"] % len(chain.staff)
    solved = rows["resolved_at"] != NULL
    again = rng.uniform(0.02, 0.14, len(chain.staff))[store]
    score = np.clip(np.round(rng.normal(4.3 - 4 * again, 0.8)), 1, 5).astype(int)
    desk = staff.serving("service desk", rows["opened_at"] // DAY_US, store)
    return rows | {
        "desk_id": desk,
        "channel": chosen(rng, _CHANNELS, count),
        "severity": chosen(rng, _SEVERITIES, count),
        "promised_at": rows["opened_at"] + _PROMISED[rows["kind"]] * HOUR_US,
        "reopened": np.where(solved, rng.random(count) < again, NULL),
        "rating": np.where(solved & (rng.random(count) < 0.6), score, NULL),
        "about_conflict": np.where(rows["is_complaint"] == 1, rng.random(count) < 0.25, NULL),
        "about_pressure": flags(rng, count, yes=0.012, unknown=0.0),
    }
