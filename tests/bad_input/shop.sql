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
CREATE TABLE fiscal_periods (period VARCHAR, starts_on DATE, ends_on DATE);
INSERT INTO fiscal_periods VALUES
    ('2024-01', '2023-12-31', '2024-01-27'), ('2024-02', '2024-01-28', '2024-02-24'),
    ('2024-03', '2024-02-25', '2024-03-30'), ('2024-04', '2024-03-31', '2024-04-27'),
    ('2024-05', '2024-04-28', '2024-05-25'), ('2024-06', '2024-05-26', '2024-06-29'),
    ('2024-07', '2024-06-30', '2024-07-27'), ('2024-08', '2024-07-28', '2024-08-24'),
    ('2024-09', '2024-08-25', '2024-09-28'), ('2024-10', '2024-09-29', '2024-10-26'),
    ('2024-11', '2024-10-27', '2024-11-23'), ('2024-12', '2024-11-24', '2024-12-28'),
    ('2025-01', '2024-12-29', '2025-01-25'), ('2025-02', '2025-01-26', '2025-02-22'),
    ('2025-03', '2025-02-23', '2025-03-29'), ('2025-04', '2025-03-30', '2025-04-26'),
    ('2025-05', '2025-04-27', '2025-05-24'), ('2025-06', '2025-05-25', '2025-06-28'),
    ('2025-07', '2025-06-29', '2025-07-26'), ('2025-08', '2025-07-27', '2025-08-23'),
    ('2025-09', '2025-08-24', '2025-09-27'), ('2025-10', '2025-09-28', '2025-10-25'),
    ('2025-11', '2025-10-26', '2025-11-22'), ('2025-12', '2025-11-23', '2025-12-27');
