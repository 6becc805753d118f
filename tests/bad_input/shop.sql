CREATE TABLE stores (
    store_id VARCHAR, store_name VARCHAR, region VARCHAR, opened_on DATE, closed_on DATE);
INSERT INTO stores VALUES
    ('S1', 'One', 'East', '2020-01-01', NULL), ('S2', 'Two', 'West', '2020-01-01', NULL);
CREATE TABLE employees (employee_id INTEGER, role VARCHAR, store_id VARCHAR);
INSERT INTO employees VALUES (1, 'clerk', 'S1');
CREATE TABLE customers (customer_id INTEGER, first_seen_on DATE, region VARCHAR);
CREATE TABLE sales (
    sold_at TIMESTAMP, store_id VARCHAR, employee_id INTEGER, customer_id INTEGER,
    amount DECIMAL(12, 2), is_return BOOLEAN, remark VARCHAR);
INSERT INTO sales VALUES
    ('2025-07-10', 'S1', 1, 1, 100, false, ''), ('2025-08-10', 'S2', 1, 2, 50, false, '');
CREATE TABLE kpi_targets (kpi_code VARCHAR, store_id VARCHAR, starts_on DATE, target_value DOUBLE);
INSERT INTO kpi_targets VALUES
    ('net_sales', 'S1', '2025-07-01', 100), ('net_sales', 'S2', '2025-07-01', 50),
    ('buyers', 'S1', '2025-07-01', 1), ('buyers', 'S2', '2025-07-01', 2),
    ('buyers', 'S2', '2025-07-01', 3);
CREATE TABLE doubled (id VARCHAR);
INSERT INTO doubled VALUES ('A'), ('A'), (NULL), ('B');
