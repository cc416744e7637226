"""Simpler ways to decide what a message is about. Everything after the decision is the classifier's own code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np

from careline.contracts.turn import Turn
from careline.contracts.understanding import Attempt, Route
from careline.models.encoder import Embedding
from careline.models.forms import form_of
from careline.tenants.model import Pack
from careline_classifier.domain.choice import Choice, Said, choose, weigh
from careline_classifier.domain.intents import HUMAN, Intent, Scored
from careline_classifier.domain.reflex import Reading, script_of
from careline_classifier.domain.values import types_in
from careline_classifier.reading import Reader


@dataclass(frozen=True, slots=True)
class NearestReader(Reader):
    """No classifier: whatever the nearest example of all is an example of. Nothing is weighed, nothing is out of reach,
    and nothing that was turned down before is remembered."""

    def _choose(self, turn: Turn, text: str, embedding: Embedding, attempts: Sequence[Attempt]) -> Choice:
        heads = self.mind.reflex.heads
        head = heads.get(script_of(self.mind.reflex.mask(text))) or next(iter(heads.values()))
        near = head.examples.embeddings @ embedding
        best = int(np.argmax(near))
        intent = Intent.parse(head.labels[head.examples.labels[best]]).whole
        return Choice(intent, float(np.clip(near[best], 0.0, 1.0)))


@dataclass(frozen=True, slots=True)
class FlatReader(Reader):
    """One level: basic facts are a label among all others. What the classifier does for them first, before anything
    else is looked at, is left out: that who speaks of themselves is told their own facts, that a question for reasons
    or for the way to do something is none for a fact, and that nobody is told their own facts for another's."""

    def _choose(self, turn: Turn, text: str, embedding: Embedding, attempts: Sequence[Attempt]) -> Choice:
        reflex, form = self.mind.reflex, form_of(text)
        particular = bool(reflex.names(text)) or any(sign.isdigit() for sign in text)
        types = types_in(text, turn.received_at, ZoneInfo(self.pack.tenant.time_zone))
        habits = self.mind.habits.factors(form, text)
        said = Said(text, form, particular, self.mind.verbs, types, reflex.coded(text), habits)
        reading = reflex.read(reflex.mask(text), embedding)
        if reading.ranking and reading.ranking[0].intent.route is Route.BASIC_INFO:
            said = replace(said, form=replace(form, others=False), coded=False)
        return choose(self.pack, flattened(self.pack, reading, said), said, attempts)


def flattened(pack: Pack, reading: Reading, said: Said) -> Reading:
    """The reading, with what `choose` is going to multiply basic facts by taken out beforehand."""
    plain = replace(said, habits={})

    def factor(intent: Intent) -> float:
        # In relation to an intent that no form of a message counts for.
        shares = {each.intent: each.score for each in weigh(pack, (Scored(intent, 1.0), Scored(HUMAN, 1.0)), plain)}
        return shares[intent] / shares[HUMAN]

    ranking = tuple(
        Scored(each.intent, each.score / factor(each.intent)) if each.intent.route is Route.BASIC_INFO else each
        for each in reading.ranking
    )
    return Reading(ranking, reading.similarities)


READERS: dict[str, type[Reader]] = {"nearest": NearestReader, "flat": FlatReader}
