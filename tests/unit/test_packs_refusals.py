"""Whatever a pack may refuse, it says why in words for the customer, in each of its languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from tests.fixtures.parcels import PARCELS

from careline.models.language import detect
from careline.operations import undo
from careline.operations.rules import CODE_NEEDED, SIGN_IN
from careline.tenants.load import load_pack
from careline.tenants.model import Pack, Words

pytestmark = pytest.mark.unit

TENANTS = Path(__file__).resolve().parents[2] / "tenants"
PACKS = ("shop", "cphos")
_HAN, _LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{2}")
_TEMPLATE = re.compile(r"{[{%].*?[}%]}", re.DOTALL)


@cache
def pack_of(name: str) -> Pack:
    return load_pack(TENANTS / name, {})


def refusals(value: Any, place: str = "") -> Iterator[tuple[str, str, Words]]:
    """(place, reason code, words) of whatever has a reason and says it, wherever in the pack it stands."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        say = getattr(value, "say", None)
        if "reason" in fields and isinstance(say, Words):
            yield place, str(value.reason), say  # type: ignore[attr-defined]
        for name in fields:
            yield from refusals(getattr(value, name), f"{place}.{name}")
        if "refused" in fields:  # what another system refuses or leaves unknown
            yield f"{place}.refused", "declined", value.refused  # type: ignore[attr-defined]
            yield f"{place}.unknown", "outcome_unknown", value.unknown  # type: ignore[attr-defined]
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from refusals(each, f"{place}.{name}")
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from refusals(each, f"{place}.{number}")


def ours(pack: Pack) -> Iterator[tuple[str, str, Words]]:
    """What every pack refuses."""
    words = pack.replies.undo
    yield "sign_in", SIGN_IN, pack.replies.sign_in.say
    yield "code", CODE_NEEDED, pack.replies.recognition.needed
    yield "undo", undo.NOTHING, words.nothing
    yield "undo", undo.NOT_UNDOABLE, words.not_undoable
    yield "undo", undo.UNDONE, words.undone
    yield "undo", undo.TOO_LATE, words.too_late
    yield "undo", undo.CHANGED, words.changed
    yield "handover", "handover", pack.replies.handover.say
    yield "no_answer", "no_answer", pack.replies.no_answer.say
    yield "stranger", "unknown_customer", pack.profile.unknown
    yield "settled", "not_done", pack.replies.unsettled.not_done


@pytest.mark.parametrize("name", PACKS)
def test_every_refusal_has_words_in_each_language(name: str) -> None:
    pack = pack_of(name)
    found = [*refusals(pack), *ours(pack)]
    for place, reason, words in found:
        texts = [words.root] if isinstance(words.root, str) else [words.root[each] for each in pack.tenant.languages]
        assert isinstance(words.root, dict) or not _spoken(words.root), f"{place}: one text for all languages"
        for language, text in zip(pack.tenant.languages, texts, strict=False):
            said = _TEMPLATE.sub(" ", text)
            assert (_HAN if language == "zh" else _LATIN).search(said), f"{place}: {reason} says nothing in {language}"
            assert "_" not in said, f"{place}: {reason} tells the customer a code: {text}"


@pytest.mark.parametrize("name", PACKS)
def test_no_reason_is_left_out(name: str) -> None:
    """Every rule of the catalogue that can end in a refusal is among those looked at."""
    pack = pack_of(name)
    found = {reason for _, reason, _ in refusals(pack)}
    declared = {check.reason for operation in pack.operations.values() for check in operation.checks}
    declared |= {
        spec.out_of_range.reason
        for operation in pack.operations.values()
        for spec in operation.arguments.values()
        if spec.out_of_range is not None
    }
    assert declared <= found
    assert len(found) >= 10


def test_what_is_looked_for_is_found_where_other_systems_refuse() -> None:
    found = {reason for _, reason, _ in refusals(load_pack(PARCELS, {}))}
    assert {"declined", "outcome_unknown", "already_delivered", "parcel_not_found", "pieces", "blocked"} <= found


def _spoken(text: str) -> bool:
    said = _TEMPLATE.sub(" ", text)
    return bool(_HAN.search(said) or _LATIN.search(said)) and bool(detect(said))
