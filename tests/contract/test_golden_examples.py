"""What is on the wire stays readable: every golden example of every version parses, and is written the same again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from careline.contracts.base import Event
from careline.contracts.topics import DEAD_LETTERS, TOPICS
from careline.messaging import UndecodableError
from careline.messaging.wire import decode
from careline.testing.examples import examples

pytestmark = pytest.mark.contract

GOLDEN = Path(__file__).parent / "golden"
EVENTS = {topic.event.ce_type(): topic.event for topic in TOPICS if topic.event}
FILES = sorted(GOLDEN.glob("*.json"))
RETIRED = sorted(GOLDEN.glob("retired/*.json"))


def event_of(file: Path) -> type[Event]:
    """The class that reads a golden file named `<ce type>[.<case>].json`."""
    matches = [event for name, event in EVENTS.items() if file.name.startswith(name + ".")]
    assert len(matches) == 1, f"{file.name} belongs to no event of the topic table"
    return matches[0]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_golden_example_is_read_and_written_the_same(file: Path) -> None:
    data = file.read_bytes()
    event = event_of(file).from_bytes(data)
    assert json.loads(event.to_bytes()) == json.loads(data)


@pytest.mark.parametrize("file", RETIRED, ids=lambda file: file.stem)
def test_a_version_that_is_not_to_be_believed_any_more_is_refused(file: Path) -> None:
    event = next(event for event in EVENTS.values() if file.name.startswith(f"careline.{event.TYPE}.v"))
    with pytest.raises(UndecodableError, match=file.stem):
        decode(event, file.read_bytes(), {"ce_type": file.stem.encode()})


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_every_event_on_a_topic_has_a_golden_example(name: str) -> None:
    assert [file for file in FILES if file.name.startswith(name + ".")], f"no golden example of {name}"


@pytest.mark.parametrize("event", examples(), ids=lambda event: event.ce_type())
def test_producers_write_what_the_golden_examples_show(event: Event) -> None:
    written = [json.loads(file.read_bytes()) for file in FILES if event_of(file) is type(event)]
    assert json.loads(event.to_bytes()) in written


@pytest.mark.parametrize("event", examples(), ids=lambda event: event.ce_type())
def test_an_unknown_field_is_refused(event: Event) -> None:
    content = json.loads(event.to_bytes()) | {"surprise": 1}
    with pytest.raises(ValidationError):
        type(event).from_bytes(json.dumps(content).encode())


def test_event_ids_depend_on_turn_epoch_round_and_type_only() -> None:
    first, again = examples(), examples()
    assert [event.event_id for event in first] == [event.event_id for event in again]
    received = first[0]
    later = received.model_copy(update={"ref": received.ref.next_round()})
    assert received.event_id != later.event_id
    assert len({event.event_id for event in first}) == len({type(event) for event in first})


def test_dead_letters_hold_more_than_their_sources() -> None:
    assert DEAD_LETTERS.max_message_bytes > max(t.max_message_bytes for t in TOPICS if t is not DEAD_LETTERS)
