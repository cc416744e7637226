"""Did the gateway send this turn, is the event about it, and does the classifier say that it is a case?

ForgedTurn     no; nothing that another round could mend
"""

from __future__ import annotations

from careline.contracts.base import TurnRef
from careline.contracts.seals import Checker, SealError
from careline.contracts.turn import Turn
from careline.contracts.understanding import Understanding
from careline.operations.orders import same_turn


class ForgedTurn(Exception):
    """The event cannot be trusted."""


def check_turn(event: TurnRef, turn: Turn, gateway: Checker) -> None:
    """Raises ForgedTurn unless the gateway signed the turn that the event speaks of."""
    try:
        gateway.check_turn(turn)
    except SealError as error:
        raise ForgedTurn(str(error)) from error
    if not same_turn(event, turn.ref):
        raise ForgedTurn("the event is about another turn than it carries")


def check_case_seal(turn: Turn, understanding: Understanding, classifier: Checker) -> None:
    """Raises ForgedTurn unless the classifier took this turn for the complaint or suggestion that it is said to be."""
    try:
        classifier.check_case(turn, understanding)
    except SealError as error:
        raise ForgedTurn(str(error)) from error
