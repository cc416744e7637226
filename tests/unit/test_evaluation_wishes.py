"""`--tiers` and `--data`: what cannot be had is told before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from careline.tenants.tiers import TierSpec, TierSpecs
from careline_cli.evaluation.dataset import DataUnusable, take_data
from careline_cli.evaluation.tiers import OtherTiers, TierAbsent, Tiers, environment_of, reachable, require_same
from careline_cli.stack.home import Home

pytestmark = pytest.mark.unit

TENANTS = Path(__file__).resolve().parents[2] / "tenants"
ENV = {"CARELINE_SMALL_URL": "http://models:8000/v1", "CARELINE_SMALL_MODEL": "s-1"}
PACK = TierSpecs(large=TierSpec(url="http://models:8001/v1", model="l-1"))


@pytest.mark.parametrize(
    ("tiers", "names"),
    [(Tiers.REFLEX, set()), (Tiers.SMALL, {"small"}), (Tiers.LARGE, {"large"}), (Tiers.CASCADE, {"small", "large"})],
)
def test_a_choice_keeps_the_other_models_out(tiers: Tiers, names: set[str]) -> None:
    assert set(reachable(tiers, ENV, PACK)) == names
    assert environment_of(tiers) == {"CARELINE_TIERS": tiers.value}


def test_a_tier_without_a_server_is_no_run() -> None:
    with pytest.raises(TierAbsent) as caught:
        reachable(Tiers.LARGE, ENV, TierSpecs())
    assert "CARELINE_LARGE_URL" in caught.value.hint
    with pytest.raises(TierAbsent):
        reachable(Tiers.SMALL, {"CARELINE_SMALL_URL": "nonsense"}, TierSpecs())
    assert reachable(Tiers.CASCADE, {}, TierSpecs()) == {}


def test_a_running_stack_with_other_models_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home.at(tmp_path)
    require_same(Tiers.SMALL, ENV, PACK, home)  # none runs

    def runs(env: dict[str, str]) -> None:
        monkeypatch.setattr("careline_cli.evaluation.tiers.classifier_environment", lambda _: env)

    runs(ENV | {"CARELINE_TIERS": "small"})
    require_same(Tiers.SMALL, ENV, PACK, home)
    with pytest.raises(OtherTiers, match=r"asks small \(s-1 at .*\); --tiers reflex means no model"):
        require_same(Tiers.REFLEX, ENV, PACK, home)
    runs({})
    require_same(Tiers.REFLEX, {}, TierSpecs(), home)  # without servers all choices are the same
    with pytest.raises(OtherTiers):
        require_same(Tiers.CASCADE, ENV, PACK, home)


def test_other_data_is_taken_through_the_packs_own_variable(tmp_path: Path) -> None:
    env: dict[str, str] = {}
    with pytest.raises(DataUnusable, match="no questions"):
        take_data(TENANTS / "cphos", tmp_path, env)
    (tmp_path / "b.jsonl").touch()
    (tmp_path / "a.jsonl").touch()
    assert [file.name for file in take_data(TENANTS / "cphos", tmp_path, env)] == ["a.jsonl", "b.jsonl"]
    (tmp_path / "questions.jsonl").touch()
    assert take_data(TENANTS / "cphos", tmp_path, env) == (tmp_path / "questions.jsonl",)
    assert env == {"CARELINE_CPHOS_DATA": str(tmp_path)}


def test_data_for_a_pack_that_takes_none_and_a_folder_that_is_none_are_errors(tmp_path: Path) -> None:
    with pytest.raises(DataUnusable, match="takes no data"):
        take_data(TENANTS / "shop", tmp_path, {})
    with pytest.raises(DataUnusable, match="is no folder"):
        take_data(TENANTS / "cphos", tmp_path / "absent", {})
