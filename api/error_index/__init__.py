"""The error index: a page for every code, in English and Chinese, with examples that tests execute.

`pages/K0401.toml` holds what a page says; `page` reads it, `markdown` writes it for a terminal and
for docs/errors. The examples stand in a small shop, `shop.en.scorecard` and `shop.zh.scorecard`.
"""

from api.error_index.markdown import index_text, page_text
from api.error_index.page import Example, Page, codes, page, shop

__all__ = ["Example", "Page", "codes", "index_text", "page", "page_text", "shop"]
