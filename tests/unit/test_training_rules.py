"""What may leave for training: by the pack's rules, of who agreed, masked; and what learns reads nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from careline.privacy import Kind, Known
from careline.tenants.base import Words
from careline.tenants.load import load_pack, read_folder
from careline.tenants.policy import Consent, Training
from careline_cli.privacy.training import Choices, Dialogue, Spoken, allowed

ROOT = Path(__file__).parents[2]
MINI = ROOT / "tests" / "data" / "packs" / "mini"
ASKS = Training(
    use={"messages": "kinds", "replies": "kinds", "verdicts": "kinds"},
    consent=Consent(version="2", ask=Words("May we?")),
)
ADA = Known("Ada Lovelace", Kind.NAME)
SAID = (
    Spoken("customer", "I am ada lovelace, write to ada@example.org"),
    Spoken("bot", "Dear Ms Lovelace, we write to ada@example.org.", ("bad", "Ada Lovelace is a Mr")),
    Spoken("agent", "Hello Ada"),
)


def dialogue(
    said: tuple[Spoken, ...] = SAID,
    *,
    recorded: bool = True,
    acted: bool = False,
    consent: tuple[bool, str] | None = (True, "2"),
) -> Dialogue:
    return Dialogue(said, (ADA,), recorded, acted, consent)


def test_what_leaves_is_masked_and_counted() -> None:
    leaving = allowed(ASKS, [dialogue()])
    (one,) = leaving.dialogues
    assert one == {
        "dialogue": 1,
        "turns": [
            {"author": "customer", "text": "I am <name>, write to <email>"},
            {
                "author": "bot",
                "text": "Dear Ms <name>, we write to <email>.",
                "verdict": "bad",
                "note": "<name> is a Mr",
            },
        ],
    }
    assert leaving.kinds == {"messages": 1, "replies": 1, "verdicts": 1}
    assert leaving.stayed == {"the pack does not allow answers": 1}


def test_placeholders_are_the_same_within_a_dialogue_and_begin_anew_in_the_next() -> None:
    rules = ASKS.model_copy(update={"use": {"messages": "placeholders", "replies": "placeholders"}})
    said = (*SAID[:2], Spoken("customer", "no, to eve@example.org"))
    first, second = allowed(rules, [dialogue(said), dialogue((Spoken("customer", "I use eve@example.org"),))]).dialogues
    texts = [turn["text"] for turn in first["turns"]]
    assert "<email 1>" in texts[0]
    assert "<email 1>" in texts[1]
    assert "<email 2>" in texts[2]
    assert "verdict" not in first["turns"][1]
    assert second["turns"][0]["text"] == "I use <email 1>"


def test_a_name_that_was_said_once_is_masked_wherever_it_is_said() -> None:
    said = (Spoken("customer", "my name is Grace Hopper"), Spoken("customer", "yes, Hopper with two p"))
    (one,) = allowed(ASKS, [dialogue(said)]).dialogues
    assert "opper" not in json.dumps(one)


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        (dialogue(consent=None), "not asked"),
        (dialogue(consent=(False, "2")), "does not agree"),
        (dialogue(consent=(True, "1")), "another wording"),
        (dialogue(recorded=False), "record is not in the log"),
        (dialogue(acted=True), "acted for the customer"),
    ],
)
def test_what_stays_says_why(held: Dialogue, reason: str) -> None:
    leaving = allowed(ASKS, [held])
    assert leaving.dialogues == []
    assert leaving.kinds == {}
    ((why, number),) = leaving.stayed.items()
    assert reason in why
    assert number == 3


def test_nobody_is_asked_where_the_pack_says_so_and_nothing_leaves_where_it_says_nothing() -> None:
    unasked = ASKS.model_copy(update={"consent": "not_needed"})
    assert len(allowed(unasked, [dialogue(consent=None)]).dialogues) == 1
    assert allowed(Training(), [dialogue()]).dialogues == []


def row(customer: str | None, conversation: str, given: bool, wording: str = "2") -> dict[str, object]:
    return {"customer": customer, "conversation": conversation, "given": given, "wording": wording}


def test_whose_choice_counts() -> None:
    yes, no = (True, "2"), (False, "2")
    own = [row("A", "c-1", True), row("A", "c-2", False), row(None, "c-3", True), row("B", "c-4", True)]
    assert Choices(own).of("c-1", ["A"]) == no  # taken back in another conversation
    assert Choices(own).of("c-3", ["A"]) == no  # what a visitor allowed does not undo it
    assert Choices(own).of("c-3", []) == yes
    assert Choices(own).of("c-3", ["C"]) == yes  # she gave it before she was recognised
    assert Choices(own).of("c-4", ["A", "B"]) == no  # of several the strictest
    assert Choices(own).of("c-4", ["B", "C"]) is None
    assert Choices(own).of("c-9", []) is None
    assert Choices([*own, row("A", "c-5", True)]).of("c-1", ["A"]) == yes
    assert Choices([*own, row(None, "c-4", False)]).of("c-4", ["B"]) == no


def test_the_policy_is_checked_with_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(MINI, folder)
    assert load_pack(folder, {}).policy.training.question is None

    def told(text: str) -> list[str]:
        (folder / "policy.yaml").write_text(text)
        return [str(problem) for problem in read_folder(folder, {}).problems]

    assert any(
        "consent" in line and line.startswith("policy.yaml:1:") for line in told("training: {use: {messages: kinds}}\n")
    )
    assert any("thoughts" in line for line in told("training: {use: {thoughts: kinds}, consent: not_needed}\n"))
    assert any("raw" in line for line in told("training: {use: {messages: raw}, consent: not_needed}\n"))
    asks = 'training:\n  use: {messages: kinds}\n  consent: {version: "1", ask: {en: "May we?"}}\n'
    assert any("no words in 'zh'" in line for line in told(asks)), told(asks)
    assert told(asks.replace('{en: "May we?"}', '"May we?"')) == []
    assert any("use is empty" in line for line in told('training: {consent: {version: "1", ask: "May we?"}}\n'))


def test_whatever_learns_reads_no_dialogue() -> None:
    """Commands that train know packs and files only; what customers said they could get through one door alone."""
    places = [ROOT / "cli" / "careline_cli" / name for name in ("training", "small_model")]
    commands = ROOT / "cli" / "careline_cli" / "commands"
    files = [file for place in places for file in place.rglob("*.py")]
    files += [commands / f"{name}.py" for name in ("train", "train_small", "calibrate")]
    assert len(files) > 8
    for file in files:
        text = file.read_text(encoding="utf-8")
        for forbidden in ("turn_log", "gateway.", "insight.", "asyncpg", "owner_url", "TurnLogClient"):
            assert forbidden not in text, f"{file.name} reads {forbidden}"
