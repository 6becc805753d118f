"""HTTP: the answers of the command line as resources below /v1, for reading only.

The path of a request, one module a step: `routes` (what there is) → `parameters` (what may be
asked) → `service` and `sheets` (what is opened and computed once) → `rankings`, `cards` (documents)
→ `answers` (bytes). What cannot be answered goes through `problems`; `schemas` describes it all.
"""

from api.http.app import create_app

__all__ = ["create_app"]
