"""Several requests in one message: where it may be divided, and whether it should.

Divided is only what is better understood in pieces: every piece is a request of its own, understood with confidence by
itself, and no two of them are the same request said twice. Reasons, greetings, conditions and details go with the
request they are said with. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from careline.contracts.understanding import MAX_REQUESTS, Route
from careline.models.clauses import ASKING, Clause, Kind, asks_at_most_once, clauses

from .choice import Choice

# A piece must be understood as surely as this, and lie so near to an example of what it is understood as.
_SURE = 0.65
# A piece has little around it: what would change something must be plainer.
_SURE_OF_A_CHANGE = 0.9
_NEAR = 0.5
_PLAINLY = 0.9
_PLAINLY_NEAR = 0.6
_PLAINLY_LONG = 6
# Nor may the whole be a better example of something than its pieces are on the average.
_MARGIN = 0.02
# So many pieces are looked at; who asks for more is not dividing a message but writing one.
MOST = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters [start, end) of the message that may be one request; `sentence` is that of its first request, `asks`
    whether any of it has the form of a question."""

    text: str
    start: int
    end: int
    sentence: int
    asks: bool


@dataclass(frozen=True, slots=True)
class Read:
    """What a text was read as: the choice, the guide's likeliest passage, the likeness to the nearest example of what
    was chosen, the particular things (codes) it names, and whether it would change something."""

    choice: Choice
    passage: str = ""
    similarity: float = 0.0
    codes: frozenset[str] = frozenset()
    changes: bool = False

    def stands(self, piece: Piece) -> bool:
        """Whether it is a request that can be answered by itself. Who asks the guide asks a question; what is none of
        the business's must be plainly so."""
        route, confidence = self.choice.intent.route, self.choice.confidence
        if route is Route.SMALL_TALK or (route is Route.GUIDE and not piece.asks):
            return False
        if route is Route.OUT_OF_SCOPE:
            long = len(piece.text) >= _PLAINLY_LONG
            return piece.asks and long and confidence >= _PLAINLY and self.similarity >= _PLAINLY_NEAR
        sure = _SURE_OF_A_CHANGE if self.changes else _SURE
        return confidence >= sure and self.similarity >= _NEAR

    def same_as(self, other: Read) -> bool:
        """Whether both ask for the same: the same intent, and no other thing by name."""
        if self.choice.intent != other.choice.intent:
            return False
        if self.choice.intent.route is Route.GUIDE and self.passage != other.passage:
            return False
        return not (self.codes and other.codes and self.codes != other.codes)


def pieces(text: str) -> tuple[Piece, ...]:
    """The candidates in order, each with what goes with it; fewer than two: the message is one request."""
    if asks_at_most_once(text):
        return ()
    found = clauses(text)
    if sum(clause.kind in ASKING for clause in found) < 2:
        return ()
    return tuple(_grouped(text, found))[:MOST]


def _grouped(text: str, found: Sequence[Clause]) -> list[Piece]:
    """Every clause goes with a request: with the one before it in its sentence, else with the next one."""
    groups: list[list[Clause]] = []
    waiting: list[Clause] = []
    for clause in found:
        if clause.kind in ASKING:
            back = [each for each in waiting if groups and each.kind is Kind.REASON]
            if back:
                groups[-1].extend(back)
            groups.append([*(each for each in waiting if each not in back), clause])
            waiting = []
        elif groups and groups[-1][-1].sentence == clause.sentence:
            groups[-1].append(clause)
        else:
            waiting.append(clause)
    groups[-1].extend(waiting)
    return [_piece(text, group) for group in groups]


def _piece(text: str, group: Sequence[Clause]) -> Piece:
    start, end = group[0].start, group[-1].end
    sentence = next(clause.sentence for clause in group if clause.kind in ASKING)
    return Piece(text[start:end], start, end, sentence, any(clause.kind is Kind.QUESTION for clause in group))


def joined(text: str, one: Piece, other: Piece) -> Piece:
    """Two neighbours as one."""
    return Piece(text[one.start : other.end], one.start, other.end, one.sentence, one.asks or other.asks)


def next_join(parts: Sequence[Piece], read: Sequence[Read]) -> int | None:
    """The number of the piece that belongs together with the one after it; None when all stand by themselves.

    What is not understood alone goes with its neighbour, first of all in its own sentence.
    """
    for number in range(len(parts) - 1):
        if read[number].same_as(read[number + 1]):
            return number
    for number, each in enumerate(read):
        if each.stands(parts[number]) or len(parts) == 1:
            continue
        after = number + 1 < len(parts) and parts[number + 1].sentence == parts[number].sentence
        return number if after or number == 0 else number - 1
    return None


def worth_it(whole: Read, parts: Sequence[Piece], read: Sequence[Read]) -> bool:
    """Whether the message is better understood in these pieces than as one: they are better examples of something on
    the average, or one of them of the very thing that the whole was taken for."""
    if len(read) < 2 or not all(each.stands(part) for part, each in zip(parts, read, strict=True)):
        return False
    if any(each.choice.intent == whole.choice.intent and each.similarity > whole.similarity for each in read):
        return True
    return sum(each.similarity for each in read) / len(read) >= whole.similarity - _MARGIN


def principal(read: Sequence[Read], changes: Sequence[bool]) -> int:
    """The number of the request that the turn is about: a person's, the first change, else the first. `changes` says
    which may change something or open a case."""
    for number, each in enumerate(read):
        if each.choice.intent.route is Route.HUMAN:
            return number
    own = [number for number, each in enumerate(read) if each.choice.intent.route is not Route.OUT_OF_SCOPE]
    return next((number for number, change in enumerate(changes) if change), own[0] if own else 0)


def order(count: int, main: int, changes: Sequence[bool]) -> tuple[list[int], list[int]]:
    """Numbers of the requests answered beside the main one, and of those that wait for a turn of their own: other
    changes, and what is more than a turn answers."""
    others = [number for number in range(count) if number != main]
    beside = [number for number in others if not changes[number]][: MAX_REQUESTS - 1]
    return beside, [number for number in others if number not in beside]
