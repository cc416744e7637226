"""With which keys an evaluation opens sealed columns."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from careline.storage.sealed import Sealing
from careline_cli.evaluation import play
from careline_cli.running import Running

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [({}, {"CARELINE_DATA_KEYS": "the stack's"}), ({"CARELINE_DATA_KEYS": "given"}, {"CARELINE_DATA_KEYS": "given"})],
)
def test_they_are_those_of_the_stack_that_is_played_on(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], wanted: dict[str, str]
) -> None:
    for name in ("CARELINE_DATA_KEYS", "CARELINE_DATA_KEYS_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    used: list[Mapping[str, str]] = []
    monkeypatch.setattr(play, "sealing", lambda env: used.append(env) or Sealing(None))
    play._keys(Running("g", "i", "d", "a", "s", data_keys="the stack's"))
    assert {name: value for name, value in used[0].items() if name.startswith("CARELINE_DATA_KEYS")} == wanted
