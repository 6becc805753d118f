"""What is sold, and how: the table of products, and further columns of the table of sales."""

from __future__ import annotations

import numpy as np

from api.demo_data.campaigns import Campaigns
from api.demo_data.chain import Chain
from api.demo_data.encoding import NULL, WORDS, Array
from api.demo_data.streams import chosen, pick
from api.demo_data.timeline import DAY_US, HOUR_US

_OF_CATEGORY = 8  # products
_BRANDS = ["Ironwood", "Tatra", "云工", "Northline", "恒达"]
_MARGINS = ["basic", "standard", "premium"]


def product_rows() -> dict[str, Array]:
    """The columns of `products`: eight of each category."""
    number = np.arange(len(WORDS["category"]) * _OF_CATEGORY)
    return {
        "sku": number,
        "category": number // _OF_CATEGORY,
        "brand": pick(_BRANDS, number * 7 % len(_BRANDS)),
        "margin_class": pick(_MARGINS, number % len(_MARGINS)),
        "is_own_brand": number % 4 == 0,
    }


def with_products(chain: Chain, campaigns: Campaigns, rows: dict[str, Array]) -> dict[str, Array]:
    """The columns of `sales`, of which `rows` holds the first.

    A ticket has one channel and at most one campaign, which is one of its store and of that day.
    """
    rng, count = chain.rng, len(rows["ticket"])
    tickets = int(rows["ticket"].max()) + 1
    bought = campaigns.of(rows["store_id"], rows["sold_at"] // DAY_US)
    answers = rng.random(tickets)[rows["ticket"]] < 0.4
    discount = np.where(answers & (bought != NULL), 0.12, 0.03) * rng.random(count)
    late = rng.exponential(0.3, tickets) * (1 + 30 * (rng.random(tickets) < 0.04))
    channel = chosen(rng, {"store": 0.82, "online": 0.14, "telephone": 0.04}, tickets)
    return rows | {
        "sku": rows["category"] * _OF_CATEGORY + rng.integers(0, _OF_CATEGORY, count),
        "channel": channel[rows["ticket"]],
        "campaign_id": np.where(answers, bought, NULL),
        "list_amount": np.round(rows["amount"] / (1 - discount)),
        "recorded_at": rows["sold_at"] + (late[rows["ticket"]] * HOUR_US).astype(int),
    }
