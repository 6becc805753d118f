"""What customers say and ask for: the tables of survey answers and service requests."""

from __future__ import annotations

import numpy as np

from api.demo_data.cases import stores_of
from api.demo_data.chain import Chain
from api.demo_data.encoding import NULL, WORDS, Array
from api.demo_data.timeline import DAY_US, HOUR_US, edges
from api.demo_data.visits import flags, make_visits


def survey_rows(chain: Chain) -> dict[str, Array]:
    """The columns of `surveys`: 42 answers for each store and quarter on average."""
    rng, count = chain.rng, len(chain.staff) * 8 * 42
    weights = np.sqrt(chain.actual)  # small stores ask a larger part of their customers
    weights[:, stores_of("few_surveys")] *= 0.2
    moment, who = make_visits(chain, weights, count, 8, 21)
    mean = rng.normal(4.15, 0.25, len(chain.staff))[who["store_id"] % len(chain.staff)]
    satisfaction = np.clip(np.round(rng.normal(mean, 0.8)), 1, 5).astype(int)
    recommend = np.clip(satisfaction * 2 + rng.integers(-2, 2, count), 0, 10)
    return who | {
        "survey_id": np.arange(1, count + 1),
        "answered_on": moment // DAY_US,
        "satisfaction": np.where(rng.random(count) < 0.06, NULL, satisfaction),
        "recommend": np.where(rng.random(count) < 0.1, NULL, recommend),
    }


def request_rows(chain: Chain) -> dict[str, Array]:
    """The columns of `service_requests`: on average 20 for each store and quarter, and edges."""
    rng, usual = chain.rng, len(chain.staff) * 8 * 20
    moment, who = make_visits(chain, chain.actual**0.7, usual, 7, 23)
    opened = np.append(moment, edges())
    count = len(opened)
    at_edges = {"store_id": 0, "employee_id": 1, "customer_id": 0}
    who = {
        name: np.append(ids, np.full(count - usual, at_edges[name])) for name, ids in who.items()
    }
    hours = rng.exponential(4 + who["store_id"] * 5 % 7)  # some stores are slower
    answered = opened + (hours * HOUR_US).astype(int)
    resolved = answered + (rng.exponential(40, count) * HOUR_US).astype(int)
    silent = rng.random(count) < 0.05
    complaint = flags(rng, count, yes=0.3, unknown=0.005)
    return who | {
        "request_id": np.arange(1, count + 1),
        "opened_at": opened,
        "first_response_at": np.where(silent, NULL, answered),
        "resolved_at": np.where(silent | (rng.random(count) < 0.08), NULL, resolved),
        "kind": rng.integers(0, len(WORDS["kind"]), count),
        "is_complaint": complaint,
        "upheld": np.where(complaint == 1, flags(rng, count, yes=0.42, unknown=0.1), NULL),
    }
