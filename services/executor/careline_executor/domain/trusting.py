"""Guide passages without the sentences that are not for their readers.

A sentence that is hidden, speaks to the software or orders something that has nothing to do with the guide is never
quoted, nor shown to a model. Line breaks stand for it: every quote between them stands in the passage as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from careline.contracts.events import TurnGrounded
from careline.contracts.evidence import Passage
from careline.contracts.understanding import said_in
from careline.models.answering.keys import keys
from careline.models.folding import fold
from careline.models.untrusted import Place, merged, suspicious, unsupported
from careline.tenants.model import Pack

# An order of which the guide knows so many words is the guide's own, though nothing around it has any of them.
_KNOWN = 0.6
# Stands for what was left out.
GAP = "\n\n\n"
# In so many passages a word is looked for: two tell whether any other than its own has it.
_SEEN = 2


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
    return tuple(kept for passage in passages if (kept := _trusted(passage, pack, question)) is not None)


def pieces(quote: str) -> list[str]:
    """The quotes that `quote` is made of, where something between them was left out."""
    return [piece for part in quote.split(GAP) if (piece := part.strip())]


def _trusted(passage: Passage, pack: Pack, question: str) -> Passage | None:
    unrelated = [one for one in unsupported(passage.title, passage.text) if _unknown(passage, one, pack, question)]
    places = merged([*suspicious(passage.text, passage.language), *unrelated])
    if not places:
        return passage
    text = passage.text
    for place in reversed(places):
        text = text[: place.start] + GAP + text[place.end :]
    text = text.strip()
    return passage.model_copy(update={"text": text}) if text else None


def _unknown(passage: Passage, place: Place, pack: Pack, question: str) -> bool:
    """Whether neither the customer's question nor the rest of the guide knows what the sentence is about."""
    sentence = passage.text[place.start : place.end]
    said = keys(sentence)
    if said & keys(question):
        return False
    if fold(sentence).rstrip().endswith("?"):
        return True
    known = _vocabulary(tuple((one.id, f"{one.title}\n{one.text}") for one in pack.guide))
    elsewhere = sum(any(one != passage.id for one in known.get(word, ())) for word in said)
    return elsewhere < _KNOWN * len(said)


@lru_cache(maxsize=8)
def _vocabulary(guide: tuple[tuple[str, str], ...]) -> Mapping[str, tuple[str, ...]]:
    """The guide's words with the first passages that have them. Tens of milliseconds, for a pack's first such
    sentence."""
    found: dict[str, list[str]] = {}
    for passage, text in guide:
        for word in keys(text):
            places = found.setdefault(word, [])
            if len(places) < _SEEN and passage not in places:
                places.append(passage)
    return {word: tuple(places) for word, places in found.items()}
