"""Which commands are built when the program starts."""

import pytest

from api import cli


@pytest.mark.parametrize(
    ("first", "built"),
    [
        ("check", ["check"]),
        ("test", ["test"]),
        ("explain-code", ["explain-code"]),
        ("dev", None),  # a group: all are built
        ("chek", None),  # which one is meant is told from all of them
        ("-w", None),
        ("--help", None),
    ],
)
def test_only_the_command_that_is_run_is_built(
    first: str, built: list[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = list(cli.app.registered_commands)
    monkeypatch.setattr(cli.app, "registered_commands", every)
    monkeypatch.setattr(cli.app, "registered_groups", list(cli.app.registered_groups))
    cli._leave_only([first])
    names = [cli._name(each) for each in cli.app.registered_commands]
    assert names == (built or [cli._name(each) for each in every])
