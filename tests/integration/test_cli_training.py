"""`careline train` and `careline calibrate` on a small pack, with the real encoder."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
import typer
import yaml
from click.testing import CliRunner, Result

from careline.models import head_format, manifest
from careline.models.encoder import Encoder
from careline.models.errors import TrainerMissing, TrainingImpossible, TuningFailed
from careline.models.tuning.recipe import Recipe
from careline.models.tuning.trainer import VARIABLE, find_trainer, fine_tune
from careline.tenants.tiers import RoleSpec
from careline_cli.app import app
from careline_cli.errors import CommandError
from careline_cli.stack.home import Home

pytestmark = pytest.mark.integration

MINI = str(Path(__file__).parents[1] / "data" / "packs" / "mini")
SHARED = Home.find({}).shared


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CARELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "home"


def careline(*words: str) -> Result:
    return CliRunner().invoke(typer.main.get_command(app), list(words))


def refused(*words: str) -> CommandError:
    result = careline(*words)
    assert isinstance(result.exception, CommandError), result.output
    return result.exception


def test_what_is_learnt_is_kept_for_the_classifier(home: Path) -> None:
    result = careline("train", MINI)
    assert result.exit_code == 0, result.output
    assert "read by the others in 5 parts" in result.output
    assert "calibration error" in result.output
    assert str(home / "heads") in result.output
    with Encoder.load(SHARED / "encoder") as encoder:
        kept = [head_format.unpack(file.read_bytes(), encoder.identity) for file in (home / "heads").glob("*.npz")]
    assert len(kept) >= 2


def test_few_shots_only_measure(home: Path) -> None:
    result = careline("train", MINI, "--shots", "1")
    assert result.exit_code == 0, result.output
    assert "1 of each intent learnt" in result.output
    assert not (home / "heads").exists()


def test_too_low_an_accuracy_is_exit_1(home: Path) -> None:
    assert careline("train", MINI, "--shots", "1", "--at-least", "1").exit_code == 1


def test_fine_tuning_without_torch_names_the_command(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, sys.executable)
    error = refused("train", MINI, "--fine-tune")
    assert "torch" in error.message
    assert "make trainer" in error.hint
    assert "--shots" in refused("train", MINI, "--fine-tune", "--shots", "3").message


def test_an_unknown_pack_is_named(home: Path) -> None:
    assert "nowhere" in refused("train", "nowhere").message
    assert "nowhere" in refused("calibrate", "nowhere").message


def rows_file(folder: Path, right: int, wrong: int) -> Path:
    rows = [{"confidence": 0.9, "right": True}] * right + [{"confidence": 0.2, "right": False}] * wrong
    file = folder / "scores.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return file


def test_thresholds_of_scores(home: Path, tmp_path: Path) -> None:
    scores = rows_file(tmp_path, right=400, wrong=40)
    out = tmp_path / "deep" / "tiers.yaml"
    given = [f"--scores={place}={scores}" for place in ("classifier/reflex", "executor/small")]
    result = careline("calibrate", MINI, *given, "--precision", "0.95", "--out", str(out))
    assert result.exit_code == 0, result.output
    assert yaml.safe_load(out.read_text()) == {"tiers": {"classifier": {"reflex": 0.9}, "executor": {"small": 0.9}}}
    assert "90.9%" in result.output


def test_what_cannot_be_promised_is_exit_1(home: Path, tmp_path: Path) -> None:
    scores = rows_file(tmp_path, right=30, wrong=0)
    result = careline("calibrate", MINI, f"--scores=classifier/reflex={scores}", "--precision", "0.98")
    assert result.exit_code == 1
    assert "cannot promise" in result.output
    assert "rows" in result.output


def test_a_model_that_can_promise_nothing_is_not_asked(home: Path, tmp_path: Path) -> None:
    sure, doubtful = rows_file(tmp_path, right=400, wrong=40), tmp_path / "doubtful.jsonl"
    doubtful.write_text("\n".join(json.dumps({"confidence": 0.9, "right": n % 4 > 0}) for n in range(400)))
    out = tmp_path / "tiers.yaml"
    given = (f"--scores=classifier/reflex={sure}", f"--scores=classifier/small={doubtful}")
    result = careline("calibrate", MINI, *given, "--out", str(out))
    assert result.exit_code == 1, result.output
    assert "not to be asked" in result.output
    found = yaml.safe_load(out.read_text())["tiers"]["classifier"]
    assert found == {"reflex": 0.9, "small": None}
    assert RoleSpec.model_validate(found).small is None


def test_the_reflexs_own_rows_come_from_its_examples(home: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    result = careline("calibrate", MINI, "--precision", "0.3", "--certainty", "0.5", "--rows", str(rows))
    assert result.exit_code in (0, 1), result.output
    assert "classifier" in result.output
    lines = [json.loads(line) for line in rows.read_text().splitlines()]
    assert len(lines) > 20
    assert all(0 <= line["confidence"] <= 1 and isinstance(line["right"], bool) for line in lines)


@pytest.mark.parametrize("option", ["classifier=x", "nobody/reflex=x", "classifier/reflex="])
def test_scores_are_named_by_role_and_tier(home: Path, option: str) -> None:
    assert "ROLE/TIER=FILE" in refused("calibrate", MINI, "--scores", option).message


def test_scores_that_are_none(home: Path, tmp_path: Path) -> None:
    assert "cannot be read" in refused("calibrate", MINI, "--scores", f"verifier/large={tmp_path / 'no'}").message
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{}")
    assert "line 1" in refused("calibrate", MINI, "--scores", f"verifier/large={bad}").message
    assert "between 0 and 1" in refused("calibrate", MINI, "--precision", "1").message
    good = tmp_path / "good.jsonl"
    good.write_text('{"confidence": 0.9, "right": true}\n')
    twice = [f"--scores=executor/small={good}"] * 2
    assert "two files of scores for executor/small" in refused("calibrate", MINI, *twice).message
    assert "nowhere" in refused("calibrate", "nowhere", f"--scores=classifier/reflex={good}").message


def test_a_tuned_encoder_takes_the_general_ones_place(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    assert home.encoder == SHARED / "encoder"
    home.tuned_encoder.mkdir(parents=True)
    assert home.encoder == home.tuned_encoder


def test_no_trainer_is_told_with_its_command(tmp_path: Path) -> None:
    with pytest.raises(TrainerMissing, match="make trainer"):
        find_trainer({VARIABLE: str(tmp_path / "python")}, tmp_path)


def test_tuning_needs_two_labels_and_a_working_trainer(tmp_path: Path) -> None:
    with pytest.raises(TrainingImpossible, match="two labels"):
        fine_tune([("a", "x")], tmp_path / "out", Path(sys.executable))
    with pytest.raises(TuningFailed, match="torch"):
        fine_tune([("a", "x"), ("b", "y")], tmp_path / "out", Path(sys.executable))
    assert not (tmp_path / "out").exists()


PAIRS = [
    *((f"{verb} my {noun}", "cancel") for verb in ("cancel", "stop", "undo") for noun in ("order", "trip", "booking")),
    *((f"what does {noun} cost", "price") for noun in ("the order", "a trip", "one booking", "this", "it")),
]


@pytest.fixture
def trainer() -> Path:
    try:
        return find_trainer(os.environ, SHARED)
    except TrainerMissing as error:
        pytest.skip(str(error))


def test_tuning_draws_a_label_together_and_is_not_repeated(tmp_path: Path, trainer: Path) -> None:
    said: list[str] = []
    recipe = Recipe(epochs=6, batch=8, rate=3e-4, contrast=1.0, branches=2, together=3)
    made = fine_tune(PAIRS, tmp_path / "tuned", trainer, recipe=recipe, say=said.append)
    assert made == manifest.read(tmp_path / "tuned")
    assert any("s left" in line for line in said)

    def margin(encoder: Encoder) -> float:
        one, same, other = encoder.encode_many(["please cancel the rental", "do not book it", "price of the rental"])
        return float(one @ same - one @ other)

    with Encoder.load(SHARED / "encoder") as general, Encoder.load(tmp_path / "tuned") as tuned:
        assert margin(tuned) > margin(general) + 0.1
        assert tuned.identity != general.identity
    said.clear()
    fine_tune(PAIRS, tmp_path / "tuned", trainer, recipe=recipe, say=said.append)
    assert said == [f"{tmp_path / 'tuned'} was tuned to these examples before"]


def test_a_share_of_nothing_is_the_general_encoder(tmp_path: Path, trainer: Path) -> None:
    recipe = Recipe(epochs=1, batch=8, rate=3e-4, contrast=0.5, share=0.0)
    fine_tune(PAIRS, tmp_path / "same", trainer, recipe=recipe)
    with Encoder.load(SHARED / "encoder") as general, Encoder.load(tmp_path / "same") as same:
        for text in ("where is my parcel", "我的包裹在哪里"):
            assert float(general.encode(text) @ same.encode(text)) > 0.999
