"""Data for the example workspace: a hardware retailer, its stores, staff, customers and sales.

Two years, 2024-01-01 to 2025-12-31, amounts in CNY; the same `lines` and `seed` give the same rows.
By default 48 stores, 740 employees and 20,000 customers; all but the two years grow with the lines.

Real data is never tidy, so this data is not either. Odd stores (`CASES` names them):

- one opens after all the data, one after 2025Q3, one inside 2025Q3; one opened in 2025Q1 and so has
  no year-ago base; one closes inside 2025Q3, one inside 2025Q4;
- one is open all the time and has no sale, survey answer or service request at all;
- three have net sales of exactly 0 in 2025Q2 (one for want of rows, two because a return cancels
  the only sale), one has negative net sales in 2025Q2; the same, once each, in 2025Q3;
- one has too few survey answers, one lacks its net sales target from 2025Q3 on.

Odd rows:

- sales without a customer (anonymous, 15 %) or without an employee (self-checkout, 5 %);
- ids of stores, employees and customers that their own table does not hold (they arrive late);
- employees who help out, and so sell, in another store; who are hired or leave in mid quarter;
- returns (`is_return`; amounts stay positive), test rows (`is_test`, with absurd amounts, so that a
  forgotten filter is seen at once), and null where a flag should say yes or no;
- survey answers without satisfaction, requests nobody answered, complaints nobody decided on;
- a sale and a request exactly at, and one microsecond before, the start of each quarter;
- names with apostrophes, in Chinese, and with a character outside the basic plane.

The path of a row: `chain` founds the stores and `demand` says how busy they are; `people`, `sales`,
`service` and `targets` make arrays of that, with `visits` for who comes when. `staff` adds those
who work behind the stores. All else has a stream of its own (`streams`): `profiles`, `products` and
`voice` add columns; `campaigns`, `contacts`, `funnel`, `judged`, `learning`, `office` and `books`
make tables. `tables` lists them all, `encoding` writes them as `schema` declares them.
`duckdb_file` goes this path, `sqlite_copy` copies what it made.
"""

from api.demo_data.cases import CASES
from api.demo_data.duckdb_file import MIN_LINES, Summary, build
from api.demo_data.schema import TABLES
from api.demo_data.sqlite_copy import to_sqlite

__all__ = ["CASES", "MIN_LINES", "TABLES", "Summary", "build", "to_sqlite"]
