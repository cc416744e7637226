"""safety.yaml: what is looked for in a message first, in a reply before it is sent, and how many dialogues
a person reads afterwards. The file may be absent: then these defaults hold.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import Field, model_validator

from careline.safety import Danger, Watch, Wordlist

from .base import Examples, PackModel, Words

# hand_over: kind words, then a person. careful: as usual, but every change is asked about first. note: nothing but a
# place in the sample that people read. off: not looked for.
Behaviour = Literal["hand_over", "careful", "note", "off"]

_PERSON = {
    Danger.SELF_HARM: {
        "en": "I'm very sorry that you feel this way, and I'm glad you told us. You don't have to go through it alone: "
        "if you are in danger, please call your country's emergency number now. I'm bringing in a person right away.",
        "zh": "听到您这样说我很难过，也谢谢您告诉我们。您不必一个人承受：如果有危险，请立即拨打当地的急救电话。"
        "我马上请同事来陪您。",
    },
    Danger.ABUSE: {
        "en": "I can tell how upset you are, and I'm sorry that it came to this. A person from our team will take over "
        "from here.",
        "zh": "我能感受到您非常生气，很抱歉让事情变成这样。接下来由我们的同事为您处理。",
    },
    Danger.FRAUD: {
        "en": "Thank you for telling us. A person has to look at this, and until then nothing on the account is "
        "changed here. Please send no passwords and no card numbers.",
        "zh": "感谢您告诉我们。这件事需要同事来核实，在此之前这里不会更改账户。请不要发送密码或卡号。",
    },
    Danger.INJECTION: {
        "en": "I can't do that for you here; a person from our team will have a look.",
        "zh": "这里无法这样办理，我请同事来看一下。",
    },
}


class Before(PackModel):
    """One danger. `words` raise it besides what is known of the languages; where one of `excepted` is said, nothing is
    meant."""

    do: Behaviour = "hand_over"
    say: Words
    words: Examples = Field(default_factory=dict)
    excepted: Examples = Field(default_factory=dict)


def _before() -> dict[Danger, Before]:
    return {danger: _default(danger) for danger in Danger}


def _default(danger: Danger) -> Before:
    return Before(do="careful" if danger is Danger.INJECTION else "hand_over", say=Words(_PERSON[danger]))


class After(PackModel):
    """What no answer in own words may say: `words` never, `promises` only where a cited passage of the guide says the
    same. Both are phrases, whole words, in any case."""

    words: Examples = Field(default_factory=dict)
    promises: Examples = Field(default_factory=dict)


class Review(PackModel):
    """Which share of the turns a person reads, by what became of them; `alarm` and `rejected` (a draft was turned down)
    go before the outcome."""

    answer: float = Field(default=0.01, ge=0, le=1)
    operation: float = Field(default=0.05, ge=0, le=1)
    handover: float = Field(default=0.10, ge=0, le=1)
    rejected: float = Field(default=0.20, ge=0, le=1)
    alarm: float = Field(default=1.0, ge=0, le=1)


class Safety(PackModel):
    """The three layers. A danger that `before` does not name keeps its default."""

    before: dict[Danger, Before] = Field(default_factory=_before)
    after: After = After()
    review: Review = Review()

    @cached_property
    def watch(self) -> Watch:
        """What looks for the dangers; its patterns are compiled once."""
        lists = {danger: Wordlist(phrases(spec.words), phrases(spec.excepted)) for danger, spec in self.before.items()}
        return Watch(lists, frozenset(danger for danger, spec in self.before.items() if spec.do == "off"))

    @model_validator(mode="before")
    @classmethod
    def _with_defaults(cls, value: object) -> object:
        """What a pack leaves out of a danger is the default's."""
        given = value.get("before") if isinstance(value, dict) else None
        if not isinstance(given, dict) or not isinstance(value, dict):
            return value
        filled = {danger.value: _default(danger).model_dump(mode="json") for danger in Danger}
        for name, spec in given.items():
            known = filled.get(name)
            filled[name] = {**known, **spec} if known is not None and isinstance(spec, dict) else spec
        return {**value, "before": filled}


def phrases(examples: Examples) -> tuple[str, ...]:
    """Those of all languages: a customer may write in any."""
    return tuple(phrase for each in examples.values() for phrase in each)
