"""What a `query` can be refused for, before any database sees it."""


class BadQuery(ValueError):
    """A `query` that is not one read-only SELECT; the text says why."""
