"""Guide passages without the sentences that are not for their readers.

A sentence that is hidden, speaks to the software or orders something that has nothing to do with the guide is never
quoted, nor shown to a model. Line breaks stand for it: every quote between them stands in the passage as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from careline.contracts.events import TurnGrounded
from careline.contracts.evidence import Passage
from careline.contracts.understanding import said_in
from careline.models.untrusted import Vocabulary, left_out, vocabulary
from careline.tenants.model import Pack
from careline.tenants.same import SameGuide

# Stands for what was left out.
GAP = "\n\n\n"


def readable(event: TurnGrounded, pack: Pack) -> TurnGrounded:
    """The event with what may be quoted as its evidence; mostly the event itself."""
    told = said_in(event.turn.text, event.understanding.span)
    given = (event.evidence.passages, *event.evidence.further)
    kept = tuple(trusted(passages, pack, told) for passages in given)
    if kept == given:  # mostly the very same objects
        return event
    evidence = event.evidence.model_copy(update={"passages": kept[0], "further": kept[1:]})
    return event.model_copy(update={"evidence": evidence})


def trusted(passages: Sequence[Passage], pack: Pack, question: str) -> tuple[Passage, ...]:
    """What of the passages may be quoted in an answer to `question`; passages with nothing left are gone."""
    return _all_trusted(tuple(passages), SameGuide(pack.guide), question)


def pieces(quote: str) -> list[str]:
    """The quotes that `quote` is made of, where something between them was left out."""
    return [piece for part in quote.split(GAP) if (piece := part.strip())]


@lru_cache(maxsize=512)
def _all_trusted(passages: tuple[Passage, ...], guide: SameGuide, question: str) -> tuple[Passage, ...]:
    return tuple(kept for passage in passages if (kept := _trusted(passage, guide, question)) is not None)


def _trusted(passage: Passage, guide: SameGuide, question: str) -> Passage | None:
    places = left_out(passage.id, passage.title, passage.text, passage.language, lambda: _known(guide), question)
    if not places:
        return passage
    text = passage.text
    for place in reversed(places):
        text = text[: place.start] + GAP + text[place.end :]
    text = text.strip()
    return passage.model_copy(update={"text": text}) if text else None


@lru_cache(maxsize=8)
def _known(guide: SameGuide) -> Vocabulary:
    return vocabulary((one.id, f"{one.title}\n{one.text}") for one in guide.passages)
