"""What is known of customers besides their purchases: further columns of the table of customers."""

from __future__ import annotations

import numpy as np

from api.demo_data.chain import WON, Chain
from api.demo_data.encoding import NULL, Array
from api.demo_data.streams import chosen, pick
from api.demo_data.timeline import DAYS
from api.demo_data.visits import flags

_CHANNELS = {"store": 0.46, "online": 0.24, "event": 0.12, "partner": 0.1, "telephone": 0.08}
_PREFERRED = {"message": 0.5, "telephone": 0.2, "store": 0.2, "e-mail": 0.1}


def with_profiles(chain: Chain, rows: dict[str, Array]) -> dict[str, Array]:
    """The columns of `customers`, of which `rows` holds the first.

    Stores differ in how carefully they keep the records. Each customer has a clerk of the store
    where they were won; some were recommended by an earlier customer of that store.
    """
    rng, number, seen = chain.rng, rows["customer_id"], rows["first_seen_on"]
    count, store = len(number), rows["customer_id"] // WON
    careless = rng.uniform(0.02, 0.18, len(chain.staff))[store]
    earlier = (number % WON * rng.random(count)).astype(int) + store * WON
    recorded = seen + rng.geometric(1 / (1 + 12 * careless)) - 1
    updated = recorded + (rng.random(count) ** 0.5 * (DAYS - 1 - recorded)).astype(int)
    level = rng.choice(3, count, p=[0.6, 0.28, 0.12])
    is_copy = rng.random(count) < careless / 10  # the same telephone as the customer before
    return rows | {
        "channel": chosen(rng, _CHANNELS, count),
        "preferred_channel": chosen(rng, _PREFERRED, count),
        "referrer_id": np.where(rng.random(count) < 0.12, earlier, NULL),
        "home_store_id": store,
        "owner_id": chain.first[store] + 3 + number % 6,
        "member_level": pick(
            ["standard", "silver", "gold"], np.where(rows["is_member"], level, NULL)
        ),
        "segment": chosen(rng, {"high value": 0.2, "regular": 0.5, "occasional": 0.3}, count),
        "phone": np.where(rng.random(count) < careless, NULL, number - is_copy),
        "birth_date": np.where(
            rng.random(count) < 1.5 * careless, NULL, rng.integers(-23_000, -7_000, count)
        ),
        "consent": flags(rng, count, yes=0.82, unknown=0.03),
        "recorded_on": np.minimum(recorded, DAYS - 1),
        "updated_on": np.minimum(updated, DAYS - 1),
    }
