"""A customer's mood on its way: read by the classifier, answered by the verifier, told to those who hand over."""

from __future__ import annotations

from typing import Any, cast

import pytest
from tests.component.test_verifier_handlers import GATEWAY, REF, FakeRecords, parts
from tests.fixtures.library import library_pack
from tests.fixtures.operations import NO_CONTEXT, NOW, about, only

from careline.contracts.draft import CannedDraft, Draft, HandoverDraft
from careline.contracts.events import TurnDrafted, TurnRejected, TurnVerified
from careline.contracts.evidence import Evidence
from careline.contracts.mood import Emotion, Mood
from careline.contracts.reply import Outcome, Reply
from careline.contracts.turn import Exchange, Identity, Turn
from careline.contracts.understanding import Route
from careline.models.moods import mood_of
from careline_verifier.handlers import Verifying

pytestmark = pytest.mark.component

SORRY = "I'm sorry for the trouble."
ANGRY = "This is unacceptable! I am furious!"
NOT_OURS = library_pack().replies.out_of_scope.say.say("en", "en")
HUMAN = library_pack().replies.human.say.say("en", "en")


async def judged(draft: Draft, mood: Mood, history: tuple[Exchange, ...] = (), language: str = "en") -> Any:
    identity = Identity(visitor="v", customer="M-1", assurance="signed")
    turn = GATEWAY.seal_turn(Turn(ref=REF, text=ANGRY, received_at=NOW, identity=identity, history=history))
    understanding = about(Route.OUT_OF_SCOPE).model_copy(update={"mood": mood, "language": language})
    event = TurnDrafted(ref=REF, turn=turn, understanding=understanding, evidence=Evidence(), draft=draft)
    return only(await Verifying(*parts(FakeRecords()))(event, NO_CONTEXT))


async def replied(mood: Mood, history: tuple[Exchange, ...] = (), **more: Any) -> Reply:
    said = await judged(CannedDraft(text=NOT_OURS, outcome="out_of_scope"), mood, history, **more)
    return cast(TurnVerified, said).reply


def anger(intensity: float = 0.9) -> Mood:
    return Mood(emotion=Emotion.ANGER, intensity=intensity, urgency="high", trend="rising")


async def test_anger_is_answered_in_the_packs_words_and_is_urgent() -> None:
    reply = await replied(mood_of(ANGRY))
    assert reply.text == f"{SORRY}\n{NOT_OURS}"
    assert reply.urgency == "high"
    handed = await judged(HandoverDraft(text=HUMAN, reason="human_wanted"), anger())
    assert (handed.reply.text, handed.reply.urgency) == (f"{SORRY}\n{HUMAN}", "high")


@pytest.mark.parametrize(
    "mood",
    [
        Mood(),
        anger(0.3),  # hardly
        Mood(emotion=Emotion.JOY, intensity=0.6),  # the pack wants more before it rejoices
        Mood(emotion=Emotion.ANXIETY, intensity=0.9),  # the pack has no words for it
    ],
)
async def test_nothing_is_said_to_neutral_or_faint_moods(mood: Mood) -> None:
    assert (await replied(mood)).text == NOT_OURS


async def test_never_twice_in_a_row_in_any_language() -> None:
    for opening in (SORRY, "非常抱歉。", "How nice!"):
        history = (Exchange(turn="t-0", customer="?", reply=f"{opening}\nNo."),)
        assert (await replied(anger(), history)).text == NOT_OURS
    calm = (Exchange(turn="t-0", customer="?", reply=f"{SORRY}\nNo."), Exchange(turn="t-1", customer="?", reply="No."))
    assert (await replied(anger(), calm)).text.startswith(SORRY)


async def test_small_talk_keeps_its_own_words() -> None:
    thanks = library_pack().replies.small_talk["thanks"].say.say("en", "en")
    said = await judged(CannedDraft(text=thanks, outcome="small_talk"), Mood(emotion=Emotion.JOY, intensity=1.0))
    assert (said.reply.outcome, said.reply.text) == (Outcome.SMALL_TALK, thanks)


async def test_a_draft_cannot_bring_words_of_its_own_for_a_mood() -> None:
    for opening in ("I'm so sorry, have 100 EUR.", SORRY):
        said = await judged(CannedDraft(text=f"{opening}\n{NOT_OURS}", outcome="out_of_scope"), anger())
        assert isinstance(said, TurnRejected)
