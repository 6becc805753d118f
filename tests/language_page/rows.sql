-- Three stores: the third opened inside the third quarter of 2025 and has no marks.
CREATE TABLE stores (store_id VARCHAR, store_name VARCHAR, region VARCHAR, format VARCHAR,
  country VARCHAR, area_sqm INTEGER, opened_on DATE, closed_on DATE);
INSERT INTO stores VALUES ('S1', 'One', 'East', 'flagship', 'CN', 8, '2020-01-01', NULL),
  ('S2', 'Two', 'West', 'community', 'CN', 4, '2020-01-01', NULL),
  ('S3', 'Three', 'West', 'kiosk', 'CN', 2, '2025-08-01', NULL);
CREATE TABLE closing (store_id VARCHAR, opened_on DATE, closed_on DATE);
INSERT INTO closing VALUES ('S1', '2020-01-01', NULL), ('S2', '2020-01-01', '2025-07-01'),
  ('S3', '2020-01-01', '2025-06-30');
CREATE TABLE employees (employee_id VARCHAR, full_name VARCHAR, role VARCHAR, store_id VARCHAR);
INSERT INTO employees VALUES ('E1', 'Ann', 'clerk', 'S1'), ('E2', 'Bob', 'clerk', 'S1'),
  ('E3', 'Cem', 'manager', 'S2');
CREATE TABLE roles (employee_id VARCHAR, role VARCHAR, store_id VARCHAR, starts DATE, ends DATE);
INSERT INTO roles VALUES ('E1', 'clerk', 'S1', '2020-01-01', '2025-08-15'),
  ('E1', 'manager', 'S2', '2025-08-16', NULL), ('E2', 'clerk', 'S1', '2020-01-01', NULL),
  ('E3', 'manager', 'S2', '2020-01-01', NULL);
CREATE TABLE customers (customer_id VARCHAR, first_seen_on DATE);
INSERT INTO customers VALUES ('A', '2024-07-15'), ('B', '2024-07-15'), ('C', '2025-01-05'),
  ('D', '2025-07-04');
CREATE TABLE marks (day DATE, done TIMESTAMP, store_id VARCHAR, employee_id VARCHAR,
  customer_id VARCHAR, product VARCHAR, x DECIMAL(12, 2), w INTEGER, good BOOLEAN, fraction DOUBLE,
  number DOUBLE);
INSERT INTO marks SELECT day, day + INTERVAL 54 HOUR, store, employee, customer, product, x, w,
    x >= 3, 0.5, 50
  FROM (VALUES
    (DATE '2024-07-15', 'S1', 'E1', 'A', 'P1', 8, 1), (DATE '2024-07-15', 'S2', 'E3', 'B', 'P1', 4, 1),
    (DATE '2025-01-05', 'S1', 'E1', 'C', 'P1', 4, 1), (DATE '2025-02-01', 'S2', 'E3', 'D', 'P1', 6, 1),
    (DATE '2025-04-01', 'S1', 'E1', 'A', 'P1', 5, 1), (DATE '2025-04-02', 'S1', 'E2', 'B', 'P1', 5, 1),
    (DATE '2025-07-01', 'S1', 'E1', 'A', 'P1', 1, 1), (DATE '2025-07-02', 'S1', 'E1', 'A', 'P1', 2, 1),
    (DATE '2025-07-03', 'S1', 'E2', 'C', 'P2', 3, 1), (DATE '2025-07-04', 'S1', 'E2', 'D', 'P2', 10, 5),
    (DATE '2025-07-01', 'S2', 'E3', 'B', 'P1', 2, 1), (DATE '2025-07-02', 'S2', 'E3', 'B', 'P1', NULL, 1)
  ) AS each(day, store, employee, customer, product, x, w);
CREATE TABLE "Order Lines" AS SELECT store_id, day AS "Order Date", x AS "Order Amount" FROM marks;
CREATE TABLE orders (OrderID INTEGER, OrderDate DATE, EmployeeID VARCHAR);
INSERT INTO orders VALUES (1, '2025-07-01', 'E1'), (2, '2025-08-01', 'E1'), (3, '2025-07-01', 'E3'),
  (4, '2025-01-01', 'E2');
CREATE TABLE order_lines (OrderID INTEGER, x DOUBLE);
INSERT INTO order_lines VALUES (1, 2), (1, 3), (2, 11), (3, 2), (4, 100);
CREATE TABLE goals (kind VARCHAR, kpi VARCHAR, store_id VARCHAR, starts_on DATE, target DOUBLE,
  low DOUBLE, high DOUBLE);
INSERT INTO goals VALUES ('quarter', 'net_sales', 'S1', '2025-07-01', 20, 10, 40),
  ('quarter', 'net_sales', 'S2', '2025-07-01', 4, 1, 8),
  ('month', 'net_sales', 'S1', '2025-07-01', 5, 0, 0), ('month', 'net_sales', 'S1', '2025-08-01', 5, 0, 0),
  ('month', 'net_sales', 'S1', '2025-09-01', 10, 0, 0), ('half', 'net_sales', 'S1', '2025-07-01', 40, 0, 0),
  ('year', 'net_sales', 'S1', '2025-01-01', 365, 0, 0),
  ('company', 'net_sales', NULL, '2025-07-01', 25, 0, 0);
-- Periods of 4, 4 and 5 weeks: the third quarter goes from 29 June to 27 September.
CREATE TABLE periods AS
  SELECT '2025-P' || lpad(CAST(1 + n AS VARCHAR), 2, '0') AS period,
    DATE '2024-12-29' + CAST(7 * (13 * (n // 3) + 4 * (n % 3)) AS INTEGER) AS starts_on,
    DATE '2024-12-28' + CAST(7 * (13 * (n // 3) + 4 * (n % 3 + 1) + n % 3 // 2) AS INTEGER) AS ends_on
  FROM range(12) AS rows(n);
