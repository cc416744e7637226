"""How a message answers an open confirmation question: yes, no, or neither."""

from __future__ import annotations

import re
from collections.abc import Iterator

from careline.contracts.understanding import Confirmation
from careline.models.encoder import Embedding, Encoder
from careline.models.folding import fold
from careline.models.head import Head
from careline.models.heads import train
from careline.tenants.model import Pack

from .examples import examples_of

YES, NO, OTHER = "yes", "no", "other"
# So many other examples stand against yes and no.
_OTHERS = 80
_SURE = 0.75
_LONGEST = 10
_SIGNS = re.compile(r"[\W_]+")
_HAN_RUN = re.compile("[\u3400-\u9fff]+")
# Politeness around an answer changes nothing.
_FILLER_WORDS = (
    "s m please pls thanks thank you then just well oh um uh so and the that this it is i think my friend sir madam "
    "请 谢谢 吧 啊 呀 哦 嗯"
)
_FILLERS = frozenset(_FILLER_WORDS.split())


class Answers:
    """The pack's ways to say yes and no. Made by `train_answers`, or from a stored head."""

    def __init__(self, pack: Pack, head: Head) -> None:
        self.head = head
        confirm = pack.replies.confirm
        self._yes = frozenset(_plain(text) for texts in confirm.yes.examples.values() for text in texts)
        self._no = frozenset(_plain(text) for texts in confirm.no.examples.values() for text in texts)

    def exact(self, text: str) -> Confirmation | None:
        """What one of the pack's own examples says, politeness apart."""
        said = _plain(text)
        if said in self._yes:
            return Confirmation.YES
        return Confirmation.NO if said in self._no else None

    def leading(self, text: str) -> tuple[Confirmation, str] | None:
        """The answer that a message begins with, and what it goes on to say: ("no", "make it 12")."""
        first, *rest = re.split(r"[,.;:!?\s，。；：！？、]+", text.strip(), maxsplit=1)
        answer = self.exact(first) if first else None
        return (answer, rest[0] if rest else "") if answer else None

    def read(self, text: str, embedding: Embedding) -> Confirmation | None:
        """The same for messages in other words, when they are short and clear. `embedding` is that of `text`."""
        if len(_words(text)) > _LONGEST:
            return None
        label, probability = self.head.predict(embedding, text)[0]
        if probability < _SURE or label == OTHER:
            return None
        return Confirmation.YES if label == YES else Confirmation.NO


def train_answers(pack: Pack, encoder: Encoder) -> Answers:
    """Blocks for a second: not for an event loop."""
    return Answers(pack, train([*_pairs(pack)], encoder))


def _pairs(pack: Pack) -> Iterator[tuple[str, str]]:
    confirm = pack.replies.confirm
    own: set[str] = set()
    for label, examples in ((YES, confirm.yes.examples), (NO, confirm.no.examples)):
        for texts in examples.values():
            own.update(map(_plain, texts))
            yield from ((text, label) for text in texts)
    others = [example.text for example in examples_of(pack) if _plain(example.text) not in own]
    yield from ((text, OTHER) for text in others[:: max(1, len(others) // _OTHERS)])


def _plain(text: str) -> str:
    return " ".join(word for word in _words(text) if word not in _FILLERS) or " ".join(_words(text))


def _words(text: str) -> list[str]:
    return _SIGNS.sub(" ", _HAN_RUN.sub(lambda match: f" {match.group()} ", fold(text))).split()
