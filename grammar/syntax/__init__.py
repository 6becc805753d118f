"""The syntax tree as written: one frozen class per construct, named like its grammar rule.

Nothing is resolved here: a name is only a name. Two nodes are equal when they say the same.
"""

from grammar.syntax.base import *
from grammar.syntax.cards import *
from grammar.syntax.data import *
from grammar.syntax.expressions import *
from grammar.syntax.node import *
from grammar.syntax.sections import *
from grammar.syntax.targets import *
