"""Retrieval with its ports faked: each request of a message is searched for by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest
from tests.fixtures.library import library_pack
from tests.fixtures.operations import NO_CONTEXT, only
from tests.fixtures.understanding import LetterEncoder, says

from careline.contracts.events import TurnClassified, TurnGrounded
from careline.contracts.evidence import Passage
from careline.contracts.understanding import Attempt, Request, Route, Span, Understanding
from careline.models.encoder import Embedding, to_bytes
from careline.tenants.model import Pack
from careline_retrieval.handlers import Grounding

pytestmark = pytest.mark.component

TEXT = "Return my book. When do you open? What does an overdue book cost?"
OPEN, COST = Span(start=16, end=33), Span(start=34, end=len(TEXT))


@dataclass
class Shelf:
    """Implements `Guides` and `Guide`; a passage is named by the words that were searched for."""

    searches: list[tuple[tuple[str, ...], int]] = field(default_factory=list)

    async def of(self, tenant: str) -> tuple[Pack, Shelf]:
        return library_pack(), self

    async def search(self, language: str, embedding: Embedding, terms: Sequence[str], most: int) -> tuple[Passage, ...]:
        self.searches.append((tuple(terms), most))
        return (Passage(id=" ".join(terms), document="d", version="1", language=language, title="t", text="x"),)


def asks(span: Span) -> Request:
    words = TEXT[span.start : span.end]
    return Request(route=Route.GUIDE, confidence=0.9, span=span, embedding=to_bytes(LetterEncoder().encode(words)))


async def grounded(attempts: tuple[Attempt, ...] = ()) -> tuple[TurnGrounded, Shelf]:
    turn, shelf = says(TEXT), Shelf()
    change = {"route": Route.OPERATION, "operation": "return_book", "span": Span(start=0, end=15)}
    understanding = Understanding(language="en", confidence=0.9, further=(asks(OPEN), asks(COST)), **change)  # type: ignore[arg-type]
    event = TurnClassified(ref=turn.ref, turn=turn, understanding=understanding, attempts=attempts)
    return cast(TurnGrounded, only(await Grounding(shelf, LetterEncoder())(event, NO_CONTEXT))), shelf


async def test_each_question_gets_its_own_passages_and_a_change_none() -> None:
    event, _ = await grounded()
    assert event.evidence.passages == ()
    first, second = event.evidence.of(0), event.evidence.of(1)
    assert "open" in first[0].id
    assert "overdu" not in first[0].id
    assert "overdu" in second[0].id
    assert event.evidence.of(2) == ()


async def test_only_the_question_whose_evidence_was_blamed_gets_more() -> None:
    blamed = Attempt(round=0, stage="retrieval", reason="x", route=Route.GUIDE, start=COST.start)
    _, shelf = await grounded((blamed,))
    (_, usual), (_, more) = shelf.searches
    assert more == 2 * usual
