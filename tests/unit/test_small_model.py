"""The dialogues that a small model learns from are those that a model sees at work."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.fixtures.library import library_pack
from tests.fixtures.understanding import LetterEncoder, library_mind

from careline.llm.schema import parse_answer
from careline_classifier.domain.examples import examples_of
from careline_classifier.domain.llm_catalogue import answer_type
from careline_classifier.domain.masking import NAME
from careline_cli.small_model.dialogues import Classroom
from careline_cli.small_model.making import SYSTEM_CHARS, Job, MakingFailed, run_job
from careline_cli.small_model.workshop.dialogue import Dialogue, read_dialogues, write_dialogues

pytestmark = pytest.mark.unit

ROLES = {"classifier": "route.v1.md", "executor": "answer.v1.md", "verifier": "judge.v1.md"}


@pytest.fixture(scope="module")
def dialogues() -> tuple[Dialogue, ...]:
    return tuple(Classroom(library_pack(), library_mind().reflex, LetterEncoder()).dialogues())


def test_every_example_becomes_a_dialogue_with_an_answer_of_the_roles_form(dialogues: tuple[Dialogue, ...]) -> None:
    pack = library_pack()
    examples = [each for each in examples_of(pack) if NAME not in each.text]
    assert [each.group for each in dialogues] == [each.template for each in examples]
    for dialogue, example in zip(dialogues, examples, strict=True):
        answer = parse_answer(dialogue.answer, answer_type(pack))
        assert answer.intent == example.intent.whole.label
        assert answer.confirmation == "none"
        for argument in answer.arguments:
            assert argument.quote in example.text


def test_some_answers_have_arguments_and_none_has_needless_blanks(dialogues: tuple[Dialogue, ...]) -> None:
    answers = [json.loads(each.answer) for each in dialogues]
    assert any(answer["arguments"] for answer in answers)
    for dialogue, answer in zip(dialogues, answers, strict=True):
        assert dialogue.answer == json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    assert {answer["confidence"] for answer in answers} > {"high"}


def test_no_hint_gives_the_answer_away(dialogues: tuple[Dialogue, ...]) -> None:
    """A message is not among its own hints, in no filling of its template."""
    mask = library_mind().reflex.mask
    texts: dict[str, set[str]] = {}
    for example in examples_of(library_pack()):
        texts.setdefault(example.template, set()).add(mask(example.text))
    hinted = 0
    for dialogue in dialogues:
        hints = re.findall(r'^"(.*)" = \S+$', dialogue.user, flags=re.MULTILINE)
        hinted += bool(hints)
        assert not texts[dialogue.group] & set(hints)
    assert hinted > len(dialogues) / 2


def test_the_reflex_is_as_it_was(dialogues: tuple[Dialogue, ...]) -> None:
    assert dialogues
    for head in library_mind().reflex.heads.values():
        assert (abs(head.examples.embeddings).sum(axis=1) > 0).all()


def test_the_roles_can_be_told_apart_by_what_is_read_of_their_prompts() -> None:
    services = Path(__file__).resolve().parents[2] / "services"
    heads = set()
    for role, file in ROLES.items():
        text = (services / role / f"careline_{role}" / "prompts" / file).read_text(encoding="utf-8")
        heads.add(text.removeprefix("=== shared ===\n")[:SYSTEM_CHARS])
    assert len(heads) == len(ROLES)


def test_dialogues_survive_their_file(tmp_path: Path) -> None:
    some = (Dialogue("Sort.", "a\nb “c” 包裹 🙂", '{"a":1}', "g"),)
    assert write_dialogues(tmp_path / "d.jsonl", some) == 1
    assert read_dialogues(tmp_path / "d.jsonl") == some


def test_a_job_that_fails_says_why_and_leaves_an_old_model_alone(tmp_path: Path) -> None:
    old = tmp_path / "model"
    old.mkdir()
    (old / "config.json").write_text("old")
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'no torch here' >&2\nexit 3\n")
    broken.chmod(0o755)
    with pytest.raises(MakingFailed) as caught:
        run_job(Job(broken, (Dialogue("s", "u", "a", "g"),), old, seconds=1.0), lambda _: None)
    assert "exit 3" in caught.value.message
    assert "no torch here" in caught.value.hint
    assert (old / "config.json").read_text() == "old"
