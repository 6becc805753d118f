"""KPIs of the catalogue in hand-written SQL, for stores and 2025Q3: `store` and `value`.

Written from the sentence of each KPI, not from its formula. What `needs` asks for is left out: it
decides whether a value is scored, not what it is.
"""

from collections.abc import Mapping

_IN = "BETWEEN DATE '2025-07-01' AND DATE '2025-09-30'"
_BEFORE = "BETWEEN DATE '2025-04-01' AND DATE '2025-06-30'"
_SOLD = "(SELECT *, sold_at::DATE AS day FROM sales WHERE is_test IS NOT true AND NOT is_return)"
_ASKED = f"(SELECT * FROM service_requests WHERE opened_at::DATE {_IN})"
_TALKS = f"(SELECT * FROM interactions WHERE started_at::DATE {_IN})"
_CARE = f"(SELECT * FROM care_tasks WHERE due_on {_IN})"
_WON = f"(SELECT *, home_store_id AS store_id FROM customers WHERE first_seen_on {_IN})"
_JOINED = f"""(SELECT p.*, c.store_id FROM participations p JOIN campaigns c USING (campaign_id)
  WHERE joined_on {_IN})"""
_ANSWERED = f"""(SELECT s.*, c.store_id AS of_store FROM {_SOLD} s
  JOIN campaigns c USING (campaign_id) WHERE s.day {_IN})"""
_RATED = f"""(SELECT r.*, e.store_id FROM ratings r JOIN employees e USING (employee_id)
  WHERE rated_on {_IN})"""
_COURSES = f"""(SELECT t.*, e.store_id FROM trainings t JOIN employees e USING (employee_id)
  WHERE held_on {_IN})"""
_STEPS = f"(SELECT * FROM process_steps WHERE started_at::DATE {_IN})"


def _share(rows: str, which: str, of: str = "true", store: str = "store_id") -> str:
    """The part of the rows that are `of` which are also `which`."""
    return f"""SELECT {store} AS store,
      count(*) FILTER (({which}) AND ({of})) / nullif(count(*) FILTER ({of}), 0) AS value
      FROM {rows} GROUP BY 1"""


def _hours(start: str, end: str) -> str:
    return f"(epoch({end}) - epoch({start})) / 3600"


STORES: Mapping[str, str] = {
    "customers_won": f"SELECT store_id AS store, count(*) AS value FROM {_WON} GROUP BY 1",
    "won_by_partners": _share(_WON, "channel = 'partner'"),
    "referral_share": _share(_WON, "referrer_id IS NOT NULL"),
    "first_time_buyers": f"""SELECT store_id AS store, count(DISTINCT customer_id) AS value
      FROM {_SOLD} s WHERE day {_IN} AND NOT EXISTS (SELECT 1 FROM {_SOLD} o
        WHERE o.customer_id = s.customer_id AND o.day < DATE '2025-07-01') GROUP BY 1""",
    "returned_customers": f"""SELECT store_id AS store, count(DISTINCT customer_id) AS value
      FROM {_SOLD} s WHERE day {_IN}
        AND NOT EXISTS (SELECT 1 FROM {_SOLD} o WHERE o.customer_id = s.customer_id
          AND o.store_id = s.store_id AND o.day {_BEFORE})
        AND EXISTS (SELECT 1 FROM {_SOLD} o WHERE o.customer_id = s.customer_id
          AND o.store_id = s.store_id AND o.day < DATE '2025-04-01') GROUP BY 1""",
    "lost_customers": f"""SELECT store_id AS store, count(DISTINCT customer_id) AS value
      FROM {_SOLD} s WHERE day {_BEFORE} AND NOT EXISTS (SELECT 1 FROM {_SOLD} o
        WHERE o.customer_id = s.customer_id AND o.store_id = s.store_id AND o.day {_IN})
      GROUP BY 1""",
    "win_back_rate": f"""WITH seen AS (SELECT store_id, customer_id,
        bool_or(day {_IN}) AS now, bool_or(day {_BEFORE}) AS before,
        bool_or(day < DATE '2025-04-01') AS earlier
        FROM {_SOLD} WHERE customer_id IS NOT NULL AND day <= DATE '2025-09-30' GROUP BY ALL)
      SELECT store_id AS store, count(*) FILTER (now AND NOT before AND earlier)
        / nullif(count(*) FILTER (earlier AND NOT before), 0) AS value FROM seen GROUP BY 1""",
    "purchase_interval": f"""WITH buyer AS (SELECT store_id, customer_id,
        max(day) - min(day) AS days, count(DISTINCT ticket) - 1 AS again
        FROM {_SOLD} WHERE customer_id IS NOT NULL
        AND day BETWEEN DATE '2024-10-01' AND DATE '2025-09-30' GROUP BY ALL)
      SELECT store_id AS store, sum(days) / nullif(sum(again), 0) AS value FROM buyer GROUP BY 1""",
    "repeat_buyers": f"""WITH buyer AS (SELECT store_id, customer_id, count(DISTINCT ticket) AS n
        FROM {_SOLD} WHERE customer_id IS NOT NULL AND day {_IN} GROUP BY ALL)
      SELECT store_id AS store, avg((n >= 2)::INT) AS value FROM buyer GROUP BY 1""",
    "best_fifth_share": f"""WITH buyer AS (SELECT store_id, customer_id, sum(amount) AS spent
        FROM {_SOLD} WHERE customer_id IS NOT NULL AND day {_IN} GROUP BY ALL),
      ranked AS (SELECT *, row_number() OVER best AS place, count(*) OVER whole AS n FROM buyer
        WINDOW best AS (PARTITION BY store_id ORDER BY spent DESC),
          whole AS (PARTITION BY store_id))
      SELECT store_id AS store, sum(spent) FILTER (place <= ceil(n / 5.0)) / sum(spent) AS value
      FROM ranked GROUP BY 1""",
    "median_basket": f"""WITH basket AS (SELECT store_id, ticket, sum(amount) AS held
        FROM {_SOLD} WHERE day {_IN} GROUP BY ALL)
      SELECT store_id AS store, median(held::DOUBLE) AS value FROM basket GROUP BY 1""",
    "cross_selling": f"""WITH basket AS (SELECT store_id, ticket, count(DISTINCT category) AS n
        FROM {_SOLD} WHERE day {_IN} GROUP BY ALL)
      SELECT store_id AS store, avg((n >= 2)::INT) AS value FROM basket GROUP BY 1""",
    "big_spender_share": f"""WITH spent AS (SELECT customer_id, sum(amount) AS year FROM {_SOLD}
        WHERE day BETWEEN DATE '2024-10-01' AND DATE '2025-09-30' GROUP BY 1)
      SELECT store_id AS store, coalesce(sum(amount) FILTER (year >= 2500
        AND customer_id IN (SELECT customer_id FROM customers)), 0) / sum(amount) AS value
      FROM {_SOLD} LEFT JOIN spent USING (customer_id) WHERE day {_IN} GROUP BY 1""",
    "campaign_participants": f"""SELECT store_id AS store, count(DISTINCT customer_id)
      FILTER (NOT is_control) AS value FROM {_JOINED} GROUP BY 1""",
    "campaign_response": _share(_JOINED, "bought", "NOT is_control"),
    "campaigns_on_goal": _share(
        f"(SELECT * FROM campaigns WHERE starts_on {_IN})", "result_value >= goal_value"
    ),
    "budget_execution": f"""SELECT store_id AS store, sum(spent) / sum(planned) AS value FROM (
        SELECT store_id, 0 AS spent, budget AS planned FROM campaigns WHERE starts_on {_IN}
        UNION ALL SELECT store_id, amount, 0 FROM campaign_costs JOIN campaigns USING (campaign_id)
        WHERE booked_on {_IN}) GROUP BY 1 HAVING sum(planned) > 0""",
    "marketing_roi": f"""WITH spent AS (SELECT store_id, sum(amount) AS paid FROM campaign_costs
        JOIN campaigns USING (campaign_id) WHERE booked_on {_IN} GROUP BY 1),
      made AS (SELECT of_store AS store_id, sum(amount - cost) AS gained FROM {_ANSWERED}
        GROUP BY 1)
      SELECT store_id AS store, coalesce(gained, 0) / paid - 1 AS value
      FROM spent LEFT JOIN made USING (store_id)""",
    "answered_in_time": _share(_ASKED, f"{_hours('opened_at', 'first_response_at')} <= 6"),
    "first_response_p90": f"""SELECT store_id AS store,
      quantile_cont({_hours("opened_at", "first_response_at")}, 0.9) AS value
      FROM {_ASKED} GROUP BY 1 HAVING count(first_response_at) > 0""",
    "requests_in_time": _share(_ASKED, "resolved_at <= promised_at"),
    "requests_open": """SELECT store_id AS store, count(*) AS value FROM service_requests
      WHERE opened_at < DATE '2025-10-01'
        AND (resolved_at IS NULL OR resolved_at >= DATE '2025-10-01') GROUP BY 1""",
    "contacts_per_customer": f"""SELECT store_id AS store, count(customer_id)
      / count(DISTINCT customer_id) AS value FROM {_TALKS} GROUP BY 1""",
    "records_in_time": _share(_TALKS, f"{_hours('started_at', 'recorded_at')} <= 24"),
    "follow_ups_in_time": _share(_CARE, "done_on <= due_on", "occasion IN ('follow-up', 'visit')"),
    "own_representative": f"""SELECT store_id AS store,
      count(DISTINCT ticket) FILTER (employee_id = owner_id)
        / count(DISTINCT ticket) FILTER (customer_id IS NOT NULL) AS value
      FROM {_SOLD} LEFT JOIN customers USING (customer_id) WHERE day {_IN} GROUP BY 1""",
    "case_days": f"""WITH whole AS (SELECT store_id, case_id,
        sum({_hours("started_at", "ended_at")}) / 24 AS days FROM {_STEPS} GROUP BY ALL)
      SELECT store_id AS store, avg(days) AS value FROM whole GROUP BY 1""",
    "records_updated": _share(
        "customers",
        "updated_on BETWEEN DATE '2024-10-01' AND DATE '2025-09-30'",
        store="home_store_id",
    ),
    "loads_in_time": _share(
        f"(SELECT * FROM load_log WHERE newest_row_at::DATE {_IN})",
        f"{_hours('newest_row_at', 'loaded_at')} <= 6",
    ),
    "teamwork": f"""SELECT store_id AS store, sum(teamwork * rater_weight)
      / sum(rater_weight) FILTER (teamwork IS NOT NULL) AS value
      FROM {_RATED} WHERE rater_group <> 'self' GROUP BY 1""",
    "trainings_passed": _share(_COURSES, "passed"),
    "staff_turnover": f"""SELECT store_id AS store,
      count(*) FILTER (left_on {_IN}) / nullif(count(*) FILTER (left_on {_IN})
        + count(*) FILTER (hired_on <= DATE '2025-09-30'
          AND (left_on IS NULL OR left_on >= DATE '2025-09-30')), 0) AS value
      FROM employees GROUP BY 1""",
}
