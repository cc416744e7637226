"""Several requests of one message: their verdicts made into one.

At most one of them changes anything, and every answer is judged like one of its own. What cannot be answered beside the
rest (it would change something, or something has to be asked first) waits for a turn of its own, in the customer's own
words. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from careline.contracts.reply import Approval, Outcome, Reply, Told
from careline.contracts.understanding import Span, Understanding
from careline.models.clauses import clauses
from careline.operations.wording import reply_text
from careline.tenants.model import Pack

from .checks.consent import doubtful_request, said_places
from .inquiry import Turning
from .verdict import Accept, Approve, Fault, Reject, Verdict

_OPEN = (Outcome.CONFIRM, Outcome.NEEDS_INFO)


@dataclass(frozen=True, slots=True)
class Rest:
    """What a reply says and leaves besides its main request."""

    beside: tuple[Told, ...] = ()
    later: tuple[Span, ...] = ()


def check_places(turning: Turning) -> Fault | None:
    """No word of the customer's is used for two requests: then what waits could be carried out twice."""
    understanding, text = turning.understanding, turning.turn.text
    requests = (understanding, *understanding.further)
    if not understanding.further and not understanding.later:
        return None
    if any(request.span is None for request in requests):
        return Fault("several: a request without its place", "classifier")
    spans = [request.span for request in requests if request.span] + list(understanding.later)
    if not _apart(spans, len(text)):
        return Fault("several: requests overlap", "classifier")
    if _used(understanding, understanding.later):
        return Fault("several: what waits is used already", "classifier")
    starts = {clause.start for clause in clauses(text)}
    if any(span.start not in starts for span in understanding.later):
        return Fault("several: what waits is no clause", "classifier")
    return None


def rest_of(turning: Turning, verdicts: Sequence[Verdict]) -> Rest | Reject:
    """The answers among the verdicts on the further requests, and what has to wait; the first fault if there is one."""
    told: list[Told] = []
    later = list(turning.understanding.later)
    for number, (request, verdict) in enumerate(zip(turning.understanding.further, verdicts, strict=True)):
        span = request.span or Span(start=0, end=len(turning.turn.text))
        match verdict:
            case Reject(fault):
                return Reject(fault, number)
            case Accept(reply) if reply.pending is None:
                told.append(_told(reply, span))
            case _:
                if _used(turning.understanding, [span]):
                    return Reject(Fault("several: what waits is used already", "classifier"))
                later.append(span)
    if any(doubtful_request(turning.turn.text, [(span.start, span.end)]) for span in later):
        # Taken up by itself, it would have lost the words that leave it open.
        return Reject(Fault("several: what waits may not be wanted", "classifier"))
    return Rest(tuple(told), tuple(sorted(later, key=lambda span: span.start)))


def with_rest(turning: Turning, verdict: Verdict, rest: Rest) -> Verdict:
    """The verdict on the main request, with the answers to the others."""
    match verdict:
        case Accept(reply):
            return Accept(combined(turning.pack, turning.understanding, reply, rest))
        case Approve(approval):
            return Approve(approval.model_copy(update={"beside": rest.beside, "later": rest.later}))
        case Reject():
            return verdict


def signed_rest(approval: Approval) -> Rest:
    """What an approval says is to be told besides."""
    return Rest(approval.beside, approval.later)


def combined(pack: Pack, understanding: Understanding, reply: Reply, rest: Rest) -> Reply:
    """One reply: answers in the order of the questions, then what was done or is asked. When a person is needed for any
    of it, a person gets all of it, and nothing is asked any more. Raises WordsError."""
    if not rest.beside and not rest.later:
        return reply
    handed = [told for told in rest.beside if told.outcome is Outcome.HANDOVER]
    answers = [told for told in rest.beside if told.outcome is not Outcome.HANDOVER]
    asks = reply.pending is not None
    texts = _in_order(understanding, reply, answers, last=asks or reply.operation is not None or reply.case is not None)
    if handed and asks:
        texts.remove(reply.text)
    if handed and reply.outcome is not Outcome.HANDOVER:
        texts.append(handed[0].text)
        update = {"outcome": Outcome.HANDOVER, "reason": handed[0].reason, "pending": None}
        reply = reply.model_copy(update=update)
    if rest.later and reply.pending is not None:
        texts.append(reply_text(pack, pack.replies.later.say, reply.language))
    text = "\n\n".join(dict.fromkeys(texts))
    return reply.model_copy(update={"text": text, "beside": rest.beside, "later": rest.later})


def _in_order(understanding: Understanding, reply: Reply, answers: Iterable[Told], *, last: bool) -> list[str]:
    """By their places in the message; the main request's words come `last` if it changes or asks something."""
    own = understanding.span.start if understanding.span else 0
    said = [(told.span.start, told.text) for told in answers]
    said.append((1 << 30 if last or reply.outcome is Outcome.HANDOVER else own, reply.text))
    return [text for _, text in sorted(said)]


def _told(reply: Reply, span: Span) -> Told:
    return Told(
        outcome=reply.outcome,
        text=reply.text,
        span=span,
        citations=reply.citations,
        field=reply.field,
        operation=reply.operation,
        arguments=reply.arguments,
        reason=reply.reason,
    )


def _apart(spans: Iterable[Span], length: int) -> bool:
    end = 0
    for span in sorted(spans, key=lambda each: each.start):
        if span.start < end or span.end <= span.start or span.end > length:
            return False
        end = span.end
    return True


def _used(understanding: Understanding, waiting: Iterable[Span]) -> bool:
    """Whether a value of the main request comes from words that wait."""
    spans = tuple(waiting)
    return any(span.start < end and start < span.end for span in spans for start, end in said_places(understanding))
