"""The tables of the example and the types of their columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_WHO = "store_id VARCHAR, employee_id VARCHAR, customer_id VARCHAR"
_STAFF = "store_id VARCHAR, employee_id VARCHAR"
TABLES: Mapping[str, str] = {
    "stores": "store_id VARCHAR, store_name VARCHAR, region VARCHAR, format VARCHAR,"
    " opened_on DATE, closed_on DATE, area_sqm INTEGER",
    "employees": "employee_id VARCHAR, full_name VARCHAR, role VARCHAR, store_id VARCHAR,"
    " hired_on DATE, left_on DATE, fte DECIMAL(4,2)",
    "employee_history": "employee_id VARCHAR, role VARCHAR, store_id VARCHAR, valid_from DATE,"
    " valid_through DATE",
    "customers": "customer_id VARCHAR, first_seen_on DATE, is_member BOOLEAN, channel VARCHAR,"
    " preferred_channel VARCHAR, referrer_id VARCHAR, home_store_id VARCHAR, owner_id VARCHAR,"
    " member_level VARCHAR, segment VARCHAR, phone VARCHAR, birth_date DATE, consent BOOLEAN,"
    " recorded_on DATE, updated_on DATE",
    "products": "sku VARCHAR, category VARCHAR, brand VARCHAR, margin_class VARCHAR,"
    " is_own_brand BOOLEAN",
    "sales": f"ticket BIGINT, sold_at TIMESTAMP, {_WHO}, category VARCHAR, quantity INTEGER,"
    " amount DECIMAL(12,2), cost DECIMAL(12,2), is_return BOOLEAN, is_test BOOLEAN, sku VARCHAR,"
    " channel VARCHAR, campaign_id VARCHAR, list_amount DECIMAL(12,2), recorded_at TIMESTAMP",
    "surveys": f"survey_id BIGINT, answered_on DATE, {_WHO}, satisfaction INTEGER,"
    " recommend INTEGER, method VARCHAR, product_quality INTEGER, after_sales INTEGER,"
    " shopping INTEGER, perceived_benefit INTEGER, perceived_cost INTEGER, campaign_id VARCHAR,"
    " leave_reason VARCHAR",
    "survey_invitations": f"invitation_id BIGINT, sent_on DATE, {_STAFF}, method VARCHAR,"
    " answered BOOLEAN",
    "service_requests": "request_id BIGINT, opened_at TIMESTAMP, first_response_at TIMESTAMP,"
    f" resolved_at TIMESTAMP, {_WHO}, kind VARCHAR, is_complaint BOOLEAN, upheld BOOLEAN,"
    " desk_id VARCHAR, channel VARCHAR, severity VARCHAR, promised_at TIMESTAMP, reopened BOOLEAN,"
    " rating INTEGER, about_conflict BOOLEAN, about_pressure BOOLEAN",
    "kpi_targets": "kpi_code VARCHAR, store_id VARCHAR, starts_on DATE, target_value DECIMAL(14,2)",
    "campaigns": f"campaign_id VARCHAR, campaign_name VARCHAR, {_STAFF}, starts_on DATE,"
    " ends_on DATE, budget DECIMAL(12,2), goal_kind VARCHAR, goal_value DECIMAL(14,2),"
    " result_value DECIMAL(14,2), impressions INTEGER",
    "campaign_costs": "campaign_id VARCHAR, booked_on DATE, spent_on VARCHAR, amount DECIMAL(12,2)",
    "participations": "participation_id BIGINT, campaign_id VARCHAR, customer_id VARCHAR,"
    " joined_on DATE, channel VARCHAR, is_control BOOLEAN, bought BOOLEAN",
    "opportunities": f"opportunity_id BIGINT, opened_on DATE, {_WHO}, stage VARCHAR,"
    " amount DECIMAL(12,2), closed_on DATE",
    "opportunity_stages": "opportunity_id BIGINT, stage VARCHAR, entered_on DATE, left_on DATE,"
    " went_on BOOLEAN",
    "interactions": f"interaction_id BIGINT, started_at TIMESTAMP, first_response_at TIMESTAMP,"
    f" recorded_at TIMESTAMP, {_WHO}, channel VARCHAR, purpose VARCHAR, is_personal BOOLEAN,"
    " content_score INTEGER, cost DECIMAL(12,2), is_suspect BOOLEAN",
    "care_tasks": f"task_id BIGINT, {_WHO}, occasion VARCHAR, due_on DATE, done_on DATE",
    "member_ledger": f"entry_id BIGINT, booked_on DATE, {_WHO}, movement VARCHAR, points INTEGER",
    "ratings": "rating_id BIGINT, rated_on DATE, employee_id VARCHAR, rater_id VARCHAR,"
    " rater_group VARCHAR, rater_weight DECIMAL(6,2), work_quality INTEGER, teamwork INTEGER,"
    " service_attitude INTEGER, capability INTEGER",
    "manual_scores": "store_id VARCHAR, subject VARCHAR, rater_id VARCHAR,"
    " rater_weight DECIMAL(6,2), score INTEGER, scored_on DATE, evidence VARCHAR",
    "event_points": f"event_id BIGINT, occurred_on DATE, {_STAFF}, code VARCHAR, points INTEGER,"
    " evidence VARCHAR, approved BOOLEAN",
    "staff_surveys": "answer_id BIGINT, answered_on DATE, store_id VARCHAR, contentment INTEGER,"
    " workload INTEGER",
    "trainings": "training_id BIGINT, held_on DATE, employee_id VARCHAR, course VARCHAR,"
    " course_hours INTEGER, attended BOOLEAN, passed BOOLEAN, score INTEGER",
    "knowledge_uses": "use_id BIGINT, used_on DATE, employee_id VARCHAR, article INTEGER,"
    " action VARCHAR, was_helpful BOOLEAN",
    "system_usage": "employee_id VARCHAR, used_on DATE, feature VARCHAR, actions INTEGER",
    "quality_checks": f"checked_on DATE, {_STAFF}, rule_name VARCHAR, failed_rows INTEGER,"
    " total_rows INTEGER",
    "load_log": f"load_id BIGINT, {_STAFF}, table_name VARCHAR, loaded_at TIMESTAMP,"
    " newest_row_at TIMESTAMP",
    "process_steps": f"case_id BIGINT, {_STAFF}, process VARCHAR, step VARCHAR,"
    " started_at TIMESTAMP, ended_at TIMESTAMP, input_value DECIMAL(12,2),"
    " output_value DECIMAL(12,2), needed_rework BOOLEAN",
    "till_counts": f"counted_on DATE, {_STAFF}, expected DECIMAL(12,2), difference DECIMAL(12,2),"
    " scans INTEGER, scan_minutes INTEGER, voided INTEGER, members_asked INTEGER,"
    " customers_served INTEGER",
    "costs": "booked_on DATE, store_id VARCHAR, cost_kind VARCHAR, amount DECIMAL(12,2)",
    "stock": "counted_on DATE, store_id VARCHAR, category VARCHAR, cost_value DECIMAL(12,2),"
    " days_out INTEGER",
    "sales_forecasts": "store_id VARCHAR, month_start DATE, made_on DATE, model VARCHAR,"
    " amount DECIMAL(14,2)",
    "predicted_values": "customer_id VARCHAR, store_id VARCHAR, scored_on DATE, model VARCHAR,"
    " amount DECIMAL(12,2)",
    "market": "month_start DATE, region VARCHAR, amount DECIMAL(16,2), bureau VARCHAR",
    "benchmarks": "month_start DATE, indicator VARCHAR, population VARCHAR, level DECIMAL(12,4),"
    " percentile INTEGER",
}
"""Every table with its columns and declared types, which DuckDB and SQLite both accept."""


def columns(table: str) -> Iterator[tuple[str, str]]:
    """Name and type of each column in order, the type without length and precision."""
    for column in TABLES[table].split(", "):
        name, _, kind = column.partition(" ")
        yield name, kind.partition("(")[0]
