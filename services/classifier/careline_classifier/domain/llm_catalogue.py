"""What a model may choose from: the intents of a pack as a prompt's words and as the schema of the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from careline.contracts.understanding import Route
from careline.llm.marking import Trusted, trusted
from careline.llm.tokens import estimate_tokens
from careline.tenants.model import Operation, Pack

from .intents import COMPLAINT, GUIDE, HUMAN, OUT_OF_SCOPE, SUGGESTION, Intent, fact, operation, small_talk

# Estimated tokens of the catalogue in a prompt. A larger one is told in fewer words, down to the bare names.
CATALOGUE_TOKENS = 650
_MOST_ARGUMENTS = 12
_QUOTE_CHARS = 300
_EXAMPLE_CHARS = 60
_GENERAL = {
    GUIDE: "a question about rules, prices, times, products or how something is done",
    COMPLAINT: "dissatisfaction with the business, to be passed on",
    SUGGESTION: "an idea for the business, to be passed on",
    HUMAN: "wants a person",
    OUT_OF_SCOPE: "nothing of the above",
}
CONFIDENCE: Mapping[str, float] = {"high": 0.9, "medium": 0.55, "low": 0.2}


class Quoted(BaseModel):
    """An argument as a model has it: a name, and words of the customer. Its value is none of the model's business."""

    model_config = ConfigDict(extra="forbid")

    name: str
    quote: str = Field(max_length=_QUOTE_CHARS)


class RouteAnswer(BaseModel):
    """What a model is asked for; `answer_type` narrows it to a pack. `intent` is an intent's label."""

    model_config = ConfigDict(extra="forbid")

    language: str
    intent: str
    confirmation: Literal["none", "yes", "no", "edit"]
    arguments: list[Quoted] = Field(max_length=_MOST_ARGUMENTS)
    confidence: Literal["high", "medium", "low"]


def sureness(answer: RouteAnswer) -> float:
    """What a model's own word for its confidence is worth before calibration."""
    return CONFIDENCE[answer.confidence]


def answer_type(pack: Pack) -> type[RouteAnswer]:
    """`RouteAnswer` with this pack's languages, intents and arguments as the only choices."""
    names = sorted({name for each in pack.declared.values() for name in each.arguments})
    return _answer_type(tuple(pack.tenant.languages), tuple(each.label for each in intents_of(pack)), tuple(names))


@lru_cache(maxsize=64)
def _answer_type(languages: tuple[str, ...], labels: tuple[str, ...], names: tuple[str, ...]) -> type[RouteAnswer]:
    choice: Any = Literal
    quoted = create_model("Quoted", __base__=Quoted, name=(choice[names] if names else str, ...))
    arguments: Any = list[quoted]
    return create_model(
        "Route",
        __base__=RouteAnswer,
        language=(choice[languages], ...),
        intent=(choice[labels], ...),
        arguments=(arguments, Field(max_length=_MOST_ARGUMENTS if names else 0)),
    )


def intents_of(pack: Pack) -> tuple[Intent, ...]:
    """Everything that a message can be about, in the order of the pack."""
    return (
        *map(operation, pack.declared),
        *map(fact, pack.profile.facts),
        *map(small_talk, pack.replies.small_talk),
        *_GENERAL,
    )


def pack_values(pack: Pack) -> Mapping[str, object]:
    """What the template's pack section sees. The pack's own words are vouched for."""
    title = pack.tenant.title.say(pack.default_language, pack.default_language)
    return {"title": trusted(title), "intents": _catalogue(pack)}


def _catalogue(pack: Pack) -> Trusted:
    """As much about each intent as there is room for."""
    for detail in (3, 2, 1):
        lines = "\n".join(_line(pack, intent, detail) for intent in intents_of(pack))
        if estimate_tokens(lines) <= CATALOGUE_TOKENS:
            return trusted(lines)
    names = (intent.label for intent in intents_of(pack))
    return trusted(" ".join(_while_room(names)))


def _while_room(names: Iterator[str]) -> Iterator[str]:
    """The schema has the rest, and examples show what is likely."""
    room = CATALOGUE_TOKENS
    for name in names:
        room -= estimate_tokens(name) + 1
        if room < 0:
            return
        yield name


def _line(pack: Pack, intent: Intent, detail: int) -> str:
    language = pack.default_language
    match intent.route:
        case Route.OPERATION:
            spec = pack.operations[intent.name]
            title = f": {spec.title.say(language, language)}" if detail > 1 else ""
            return f"{intent.label}{title}{_arguments(spec)}"
        case Route.BASIC_INFO if detail > 2:
            return f"{intent.label}{_example(pack.profile.facts[intent.name].examples, language)}"
        case Route.BASIC_INFO | Route.SMALL_TALK:
            return intent.label
        case _:
            return f"{intent.label}: {_GENERAL[intent]}"


def _arguments(spec: Operation) -> str:
    return f" ({', '.join(spec.arguments)})" if spec.arguments else ""


def _example(examples: Mapping[str, tuple[str, ...]], language: str) -> str:
    texts = examples.get(language) or next(iter(examples.values()), ())
    return f': "{texts[0][:_EXAMPLE_CHARS]}"' if texts else ""
