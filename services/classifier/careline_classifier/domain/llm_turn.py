"""One turn as a model gets it: personal data as placeholders, everything marked, within the budget. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from careline.contracts.turn import Pending, PendingKind, Turn
from careline.contracts.understanding import Attempt, CustomerFacts
from careline.llm.budget import Material, fit, shortened
from careline.llm.marking import Marked, Trusted, join, mark, trusted
from careline.llm.summary import Past
from careline.llm.tokens import estimate_tokens
from careline.models.encoder import Embedding
from careline.models.head import Head
from careline.operations.personal import personal_values
from careline.privacy import Known, Placeholders, find, mask
from careline.tenants.model import Pack

from .intents import Intent
from .reflex import Reflex, script_of

# The whole prompt, estimated upwards; the headings of the template's turn section are part of it.
PROMPT_TOKENS = 1500
_HEADINGS = 90
_EXAMPLES, _TITLES = 6, 4
_EXAMPLE_CHARS = 100


@dataclass(frozen=True, slots=True)
class Hints:
    """What lies near a message: examples with their intents, best first, and titles of the guide."""

    examples: tuple[tuple[str, str], ...] = ()
    titles: tuple[str, ...] = ()


def hints(pack: Pack, reflex: Reflex, masked: str, embedding: Embedding) -> Hints:
    """The nearest examples, each intent at most twice. Of the guide's the sections' titles are told."""
    head = reflex.heads.get(script_of(masked)) or next(iter(reflex.heads.values()))
    sections = {passage.id: passage.title for passage in pack.guide}
    examples: list[tuple[str, str]] = []
    titles: dict[str, None] = {}
    seen: dict[str, int] = {}
    for text, label in _nearest(head, embedding):
        intent = Intent.parse(label)
        if intent.name in sections and intent != intent.whole:
            titles.setdefault(sections[intent.name])
        told = intent.whole.label
        seen[told] = seen.get(told, 0) + 1
        if seen[told] <= 2 and len(examples) < _EXAMPLES:
            examples.append((text.partition("\n")[0], told))
    return Hints(tuple(examples), tuple(titles)[:_TITLES])


def _nearest(head: Head, embedding: Embedding) -> Iterator[tuple[str, str]]:
    likeness = head.examples.embeddings @ embedding
    most = min(4 * _EXAMPLES, len(likeness))
    for number in np.argsort(-likeness, kind="stable")[:most].tolist():
        yield head.examples.texts[number], head.labels[int(head.examples.labels[number])]


def placeholders_of(pack: Pack, turn: Turn, facts: CustomerFacts) -> tuple[Placeholders, tuple[Known, ...]]:
    """A turn's placeholders and the values that are known to be personal. Those of the record are given out already,
    in its order: in every turn of the conversation, and for every role, they are the same."""
    known = personal_values(pack, turn, facts)
    given = Placeholders()
    for one in known:
        given.of(one.kind, one.value)
    return given, known


def turn_values(
    turn: Turn,
    attempts: Sequence[Attempt],
    near: Hints,
    masking: tuple[Placeholders, tuple[Known, ...]],
    limit: int,
) -> Mapping[str, object]:
    """What the template's turn section sees. `limit` are the estimated tokens that the prefix leaves.

    Placeholders are given out in `masking`. Raises PromptTooLarge.
    """
    given, known = masking

    def hidden(text: str) -> str:
        return mask(text, find(text, known), given)

    examples, titles = _examples(near.examples), join([mark("title", title) for title in near.titles])
    tried = join([mark("attempt", hidden(_attempt(one))) for one in attempts])
    room = limit - _HEADINGS - sum(map(estimate_tokens, (examples, titles, tried)))
    history = tuple(Past(hidden(one.customer), hidden(one.reply)) for one in turn.history)
    pending = shortened("pending", hidden(_pending(turn.pending)), room // 2) if turn.pending else ""
    # Of a long message the middle is left out; arguments that stand there are the reflex's to find.
    spare = room - (estimate_tokens(mark("pending", pending)) if pending else 0)
    question = shortened("customer", hidden(turn.text), spare)
    fitted = fit(Material(question, pending=pending, history=history), room)
    return {
        "question": fitted.question,
        "history": fitted.history,
        "pending": fitted.pending,
        "examples": examples,
        "titles": titles,
        "attempts": tried,
    }


def _examples(examples: Iterable[tuple[str, str]]) -> Trusted | Marked:
    return trusted("\n".join(f'"{text[:_EXAMPLE_CHARS]}" = {label}' for text, label in examples))


def _attempt(attempt: Attempt) -> str:
    what = f"{attempt.route.value}:{attempt.operation}" if attempt.operation else attempt.route.value
    return f"{what}: {attempt.reason}"


def _pending(pending: Pending) -> str:
    values = ", ".join(f"{argument.name} = {argument.value}" for argument in pending.arguments)
    if pending.kind is PendingKind.CONFIRM:
        return f"Shall {pending.operation} be done ({values})?"
    return f"{pending.operation} needs {', '.join(pending.missing)} (given: {values or 'nothing'})"
