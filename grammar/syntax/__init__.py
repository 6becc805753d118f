"""The syntax tree as written: one frozen class per construct, named like its grammar rule.

Nothing is resolved here: a name is only a name. Two nodes are equal when they say the same.
"""

from grammar.syntax.base import *  # noqa: F403
from grammar.syntax.cards import *  # noqa: F403
from grammar.syntax.data import *  # noqa: F403
from grammar.syntax.expressions import *  # noqa: F403
from grammar.syntax.sections import *  # noqa: F403
