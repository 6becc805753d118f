"""What a workspace can be refused for once a database is known; both say why in their text."""


class BadQuery(ValueError):
    """A `query`, `table` or `file` that cannot be used."""


class Unsupported(Exception):
    """Something that this database cannot compute right."""
