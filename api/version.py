"""The version that is installed."""

from __future__ import annotations


def version() -> str:
    """As in the package's metadata; 0 for a checkout that is not installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("steelyard")
    except PackageNotFoundError:
        return "0"
