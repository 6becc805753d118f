"""All tables, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from api.demo_data.books import (
    benchmark_rows,
    cost_rows,
    forecast_rows,
    market_rows,
    stock_rows,
)
from api.demo_data.campaigns import (
    campaign_cost_rows,
    campaign_rows,
    campaigns,
    participation_rows,
)
from api.demo_data.chain import Chain
from api.demo_data.contacts import care_rows, interaction_rows, ledger_rows
from api.demo_data.encoding import Array
from api.demo_data.funnel import opportunity_rows, stage_rows
from api.demo_data.judged import event_rows, manual_rows, rating_rows, staff_survey_rows
from api.demo_data.learning import knowledge_rows, training_rows, usage_rows
from api.demo_data.office import (
    load_rows,
    prediction_rows,
    quality_rows,
    step_rows,
    till_rows,
)
from api.demo_data.people import customer_rows, employee_rows, store_rows
from api.demo_data.products import product_rows, with_products
from api.demo_data.profiles import with_profiles
from api.demo_data.sales import sale_rows
from api.demo_data.service import request_rows, survey_rows
from api.demo_data.staff import everybody, history_rows
from api.demo_data.streams import own_stream
from api.demo_data.targets import target_rows
from api.demo_data.voice import invitation_rows, with_dimensions, with_promises


def every_table(chain: Chain, lines: int, seed: int) -> Iterator[tuple[str, Mapping[str, Array]]]:
    """Every table with its rows.

    The first columns of the six oldest tables are drawn from one stream, in this order; the rest
    of them, and each other table, from a stream of its own.
    """

    def own(table: str) -> Chain:
        return own_stream(chain, seed, table)

    staff = everybody(chain)
    held = campaigns(own("campaigns held"), staff)
    yield "stores", store_rows(chain)
    yield "employees", employee_rows(staff)
    yield "customers", with_profiles(own("customers"), customer_rows(chain))
    sales = with_products(own("sales"), held, sale_rows(chain, lines))
    surveys = with_dimensions(own("surveys"), held, survey_rows(chain))
    yield "sales", sales
    yield "surveys", surveys
    yield "service_requests", with_promises(own("requests"), staff, request_rows(chain))
    sold = _sold(sales)
    yield "kpi_targets", target_rows(chain, sold)
    yield "employee_history", history_rows(chain, staff)
    yield "products", product_rows()
    yield "survey_invitations", invitation_rows(own("invitations"), surveys)
    yield "campaigns", campaign_rows(own("campaigns"), held)
    yield "campaign_costs", campaign_cost_rows(own("campaign costs"), held)
    yield "participations", participation_rows(own("participations"), held)
    opportunities = opportunity_rows(own("opportunities"))
    yield "opportunities", opportunities
    yield "opportunity_stages", stage_rows(own("stages"), opportunities)
    for table, of_staff in _BY_STAFF.items():
        yield table, of_staff(own(table), staff)
    for table, of_sales in _BY_SALES.items():
        yield table, of_sales(own(table), sold)
    for table, alone in _ALONE.items():
        yield table, alone(own(table))


_BY_STAFF = {
    "interactions": interaction_rows,
    "care_tasks": care_rows,
    "member_ledger": ledger_rows,
    "ratings": rating_rows,
    "event_points": event_rows,
    "staff_surveys": staff_survey_rows,
    "trainings": training_rows,
    "knowledge_uses": knowledge_rows,
    "system_usage": usage_rows,
    "quality_checks": quality_rows,
    "load_log": load_rows,
    "process_steps": step_rows,
    "till_counts": till_rows,
}
_BY_SALES = {
    "costs": cost_rows,
    "stock": stock_rows,
    "sales_forecasts": forecast_rows,
    "market": market_rows,
}
_ALONE = {
    "manual_scores": manual_rows,
    "predicted_values": prediction_rows,
    "benchmarks": benchmark_rows,
}


def _sold(sales: Mapping[str, Array]) -> int:
    """Net sales of all that is not a test, in whole CNY."""
    signed = np.where(sales["is_return"] == 1, -sales["amount"], sales["amount"])
    return int(signed[sales["is_test"] != 1].sum() // 100)
