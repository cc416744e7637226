"""A pack without questions: the advice fits the cause."""

import shutil
from pathlib import Path

import pytest

from careline_cli.packs import NoQuestions, required_sets

pytestmark = pytest.mark.unit


def test_an_empty_pack_is_told_to_write_questions(tmp_path: Path) -> None:
    (tmp_path / "tea" / "evals").mkdir(parents=True)
    (tmp_path / "tea" / "evals" / "demo.jsonl").touch()
    with pytest.raises(NoQuestions) as raised:
        required_sets(tmp_path / "tea")
    assert str(tmp_path / "tea" / "evals") in raised.value.message
    assert "CPHOS" not in raised.value.message + raised.value.hint
    (tmp_path / "tea" / "evals" / "mine.jsonl").touch()
    assert [file.name for file in required_sets(tmp_path / "tea")] == ["mine.jsonl"]


def test_missing_cphos_data_is_told_where_it_was_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_CPHOS_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(NoQuestions) as raised:
        required_sets(tmp_path / "cphos")
    assert str(tmp_path / "nowhere") in raised.value.message
    assert "CARELINE_CPHOS_DATA" in raised.value.hint
    shutil.copytree(Path(__file__).parents[1] / "data" / "packs" / "mini" / "evals", tmp_path / "nowhere")
    (tmp_path / "nowhere" / "smoke.jsonl").rename(tmp_path / "nowhere" / "questions.jsonl")
    assert required_sets(tmp_path / "cphos") == (tmp_path / "nowhere" / "questions.jsonl",)
