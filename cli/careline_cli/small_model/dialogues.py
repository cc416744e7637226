"""From a pack's examples to dialogues in the classifier's own words: prompt and answer exactly as a model sees them at
work, so that nothing has to be learnt twice.

The hints of a prompt (examples near the message, with their intents) never come from the example's own group: at work a
message is not among the examples either.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from careline.contracts.base import TurnRef
from careline.contracts.turn import Identity, Turn
from careline.contracts.understanding import CustomerFacts
from careline.llm.templates import PromptTemplate
from careline.llm.tokens import estimate_tokens
from careline.models.encoder import Encoder
from careline.models.head import Head
from careline.models.language import has_han
from careline.tenants.model import Pack
from careline_classifier.adapters.models import PROMPTS
from careline_classifier.domain.examples import Example, examples_of
from careline_classifier.domain.lettering import lettered
from careline_classifier.domain.llm_catalogue import RouteAnswer, answer_type, pack_values
from careline_classifier.domain.llm_turn import PROMPT_TOKENS, Hints, hints, placeholders_of, turn_values
from careline_classifier.domain.masking import NAME
from careline_classifier.domain.reflex import Reflex

from .workshop.dialogue import Dialogue

TEMPLATE = "route.v1.md"
_SLOT = re.compile(r"\{(\w+)\}")
_WHEN = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Classroom:
    """What dialogues are made of: a pack, what the reflex has learnt of it, the sentence encoder."""

    pack: Pack
    reflex: Reflex
    encoder: Encoder

    def dialogues(self) -> Iterator[Dialogue]:
        """One for every filled example of the pack."""
        template = PromptTemplate.load(PROMPTS, TEMPLATE)
        prefix = template.prefix(pack_values(self.pack))
        room = PROMPT_TOKENS - estimate_tokens(prefix)
        output = answer_type(self.pack)
        own, forgetful = self._groups(), _Forgetful(self.reflex)
        for example in examples_of(self.pack):
            if NAME in example.text:  # a form for the heads: nobody writes so
                continue
            masked = self.reflex.mask(example.text)
            with forgetful.without(own[example.template]) as reflex:
                near = _others(hints(self.pack, reflex, masked, self.encoder.encode(masked)), own[example.template])
            turn = _turn(self.pack, example.text)
            values = turn_values(turn, (), near, placeholders_of(self.pack, turn, CustomerFacts()), room)
            prompt = template.prompt(prefix, values)
            answer = _answer(self.pack, output, example, near, prompt.user)
            yield Dialogue(prompt.system, prompt.user, answer, example.template)

    def _groups(self) -> Mapping[str, frozenset[str]]:
        """How the heads know the texts of each group."""
        groups: dict[str, set[str]] = defaultdict(set)
        for each in examples_of(self.pack):
            groups[each.template] |= {lettered(self.reflex.mask(each.text)), lettered(self.reflex.mask(each.template))}
        return {template: frozenset(texts) for template, texts in groups.items()}


class _Forgetful:
    """A reflex of its own, whose heads can be made to forget texts for a while, as far as hints look at them."""

    def __init__(self, reflex: Reflex) -> None:
        self.reflex = copy(reflex)
        self.reflex.heads = {script: _own(head) for script, head in reflex.heads.items()}
        self._places: dict[str, list[tuple[Head, int]]] = defaultdict(list)
        for head in self.reflex.heads.values():
            for row, text in enumerate(head.examples.texts):
                self._places[text].append((head, row))

    @contextmanager
    def without(self, texts: Iterable[str]) -> Iterator[Reflex]:
        """Nothing is near to a vector of zeros."""
        places = [place for text in texts for place in self._places.get(text, ())]
        kept = [head.examples.embeddings[row].copy() for head, row in places]
        for head, row in places:
            head.examples.embeddings[row] = 0.0
        try:
            yield self.reflex
        finally:
            for (head, row), vector in zip(places, kept, strict=True):
                head.examples.embeddings[row] = vector


def _own(head: Head) -> Head:
    made = copy(head)
    made.examples = replace(head.examples, embeddings=head.examples.embeddings.copy())
    return made


def _others(near: Hints, own: Iterable[str]) -> Hints:
    """Where examples are few, even what is near to nothing is among them."""
    shown = {text.partition("\n")[0] for text in own}
    return replace(near, examples=tuple(each for each in near.examples if each[0] not in shown))


def _turn(pack: Pack, text: str) -> Turn:
    ref = TurnRef(tenant=pack.name, conversation="lesson", turn="t0", epoch=0)
    return Turn(
        ref=ref, text=text, received_at=_WHEN, identity=Identity(visitor="v", customer=None, assurance="anonymous")
    )


def _answer(pack: Pack, output: type[RouteAnswer], example: Example, near: Hints, shown: str) -> str:
    """In the order and spelling that the engine's grammar allows. How sure it is to be: as sure as its hints."""
    label = example.intent.whole.label
    told = [intent for _, intent in near.examples]
    sure = "high" if told[:1] == [label] else "medium" if label in told else "low"
    languages = pack.tenant.languages
    language = "zh" if "zh" in languages and has_han(example.text) else next(each for each in languages if each != "zh")
    arguments = [{"name": name, "quote": quote} for name, quote in _quotes(pack, example).items() if quote in shown]
    answer = {"language": language, "intent": label, "confirmation": "none", "arguments": arguments, "confidence": sure}
    output.model_validate(answer)
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def _quotes(pack: Pack, example: Example) -> dict[str, str]:
    """What an operation's example was filled with."""
    spec = pack.operations.get(example.intent.name)
    slots = _SLOT.findall(example.template)
    if spec is None or not slots or len(set(slots)) < len(slots):
        return {}
    pieces = re.split(r"\{\w+\}", example.template)
    found = re.fullmatch("(.+?)".join(map(re.escape, pieces)), example.text)
    return (
        {name: quote for name, quote in zip(slots, found.groups(), strict=True) if name in spec.arguments}
        if found
        else {}
    )
