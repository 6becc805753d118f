"""New workspaces from the example: the cards of some roles, and what they need.

There is one copy of every card, the example's. `needed` leaves out what the chosen cards do not
use; `chinese` says the rest in Chinese, with `zh.toml` for what the example says in English alone.
"""

from api.templates.roles import ROLES, Role, template

__all__ = ["ROLES", "Role", "template"]
