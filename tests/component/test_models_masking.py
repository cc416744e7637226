"""No value of the customer's record, and none that she wrote, stands in any prompt; arguments arrive all the same."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from tests.component.test_executor_handlers import REF as EXECUTOR_REF
from tests.component.test_executor_handlers import FakeBusiness
from tests.component.test_models_classifier import GATEWAY as CLASSIFIER_GATEWAY
from tests.component.test_models_classifier import answers, classifier, received
from tests.component.test_models_executor import FAR, QUOTE
from tests.component.test_models_verifier import PASSAGE, judges, own_words
from tests.component.test_models_verifier import QUOTE as CITED
from tests.component.test_verifier_handlers import GATEWAY, FakeRecords, parts
from tests.component.test_verifier_handlers import REF as VERIFIER_REF
from tests.fixtures.library import FixedPacks, library_pack
from tests.fixtures.operations import NO_CONTEXT, NOW, about, only
from tests.fixtures.roles import role_models
from tests.fixtures.understanding import FakeFacts, asked_before, says

from careline.contracts.draft import AnswerDraft, Citation, HandoverDraft
from careline.contracts.events import TurnDrafted, TurnGrounded, TurnRejected
from careline.contracts.evidence import Evidence
from careline.contracts.turn import Exchange, Pending, PendingKind, RowChange, Turn
from careline.contracts.understanding import Attempt, CustomerFacts, Route, Understanding
from careline.operations.personal import personal_values
from careline.privacy import Kind, Known, has_placeholder
from careline.testing.model_server import Rule, Script, Served
from careline_executor.handlers import Drafting
from careline_verifier.handlers import Verifying

pytestmark = pytest.mark.component

RECORD = {
    "name": "Marlene Oduya-Pfeiffer",
    "email": "m.oduya@lantern.example.org",
    "phone": "+49 341 5550188",
    "address": "Karl-Heine-Straße 43, 04229 Leipzig",
    "nickname": "lampenfee77",
    "points": 12,
}
FACTS = CustomerFacts(known=True, values=RECORD)
# Told in other spellings than the record has, with further people's data.
SAID = (
    "MARLENE ODUYA PFEIFFER here (lampenfee77), call +493415550188 or 0170 4455667, I live in Karl-Heine-Strasse 43, "
    "04229 Leipzig; my sister Mrs Dorothea Quill, d.quill@mail.example.com, pays with 4111 1111 1111 1111, zrx"
)
PERSONAL = (
    "oduya", "pfeiffer", "marlene", "lantern.example", "5550188", "heinestr", "04229", "lampenfee77", "4455667",
    "quill", "4111111111111111", "c10777", "greta", "hofmann", "lindenring",
)  # fmt: skip
HISTORY = (Exchange(turn="t-1", customer=SAID, reply=f"Thank you, {RECORD['name']}: we write to {RECORD['email']}."),)
PENDING = asked_before(PendingKind.CONFIRM, "leave_note", text="Greta Hofmann", phone="+49 341 5550188").model_copy(
    update={
        "diff": (
            RowChange(
                table="notes", action="update", key={"id": 1}, old={"text": "Lindenring 9"}, new={"text": "open"}
            ),
        )
    }
)


def the_turn(ref: object, text: str = SAID, pending: Pending | None = None) -> Turn:
    turn = says(text, customer="C-10777", history=HISTORY, pending=pending)
    return turn.model_copy(update={"ref": ref, "received_at": NOW})


def nothing_personal(server: Served) -> str:
    """The latest prompt, which names nobody."""
    seen = server.seen[-1]
    bare = re.sub(r"[\W_]+", "", "".join(message.content for message in seen.messages).lower())
    bare = bare.replace("ß", "ss")
    assert [value for value in PERSONAL if value.replace(".", "") in bare] == []
    return seen.user


async def test_a_classifier_s_prompt_names_nobody_and_what_it_quotes_is_an_argument(model_server: Served) -> None:
    attempts = (Attempt(round=0, stage="executor", reason=f"not {RECORD['email']}", route=Route.GUIDE),)
    model_server.play(Script(rules=(answers("operation:set_email", email="<email 2>"),)))
    async with role_models("classifier", lambda: NOW, small=model_server.url) as models:
        service = classifier(models, facts=FakeFacts(FACTS))
        found = (await received(service, the_turn(says("x").ref))).understanding
        prompt = nothing_personal(model_server)
        assert "<email 2>".replace("<", "&lt;").replace(">", "&gt;") in prompt
        assert [(one.name, one.value) for one in found.arguments] == [("email", "d.quill@mail.example.com")]
        place = found.arguments[0].evidence
        assert SAID[place.start : place.end] == place.quote == "d.quill@mail.example.com"
        model_server.play(Script(rules=(answers("guide"),)))
        turn = CLASSIFIER_GATEWAY.seal_turn(the_turn(says("x").ref, pending=PENDING))
        await service.repair(_rejected(turn, attempts), NO_CONTEXT)
        assert "leave_note" in nothing_personal(model_server)


def _rejected(turn: Turn, attempts: tuple[Attempt, ...]) -> TurnRejected:
    return TurnRejected(ref=turn.ref, turn=turn, attempts=attempts)


@pytest.mark.parametrize(
    ("said", "quote"),
    [
        ("please write to m.oduya@lantern.example.org, zrx", "<email 1>"),
        ("please write to M.Oduya@Lantern.Example.ORG, zrx", "<email 1>"),
    ],
)
async def test_a_value_that_the_record_spells_otherwise_is_found_where_the_customer_wrote_it(
    model_server: Served, said: str, quote: str
) -> None:
    model_server.play(Script(rules=(answers("operation:set_email", email=quote),)))
    async with role_models("classifier", lambda: NOW, small=model_server.url) as models:
        found = await received(classifier(models, facts=FakeFacts(FACTS)), says(said, customer="C-10777"))
    place = found.understanding.arguments[0].evidence
    assert said[place.start : place.end] == place.quote
    assert place.quote.lower() == RECORD["email"]


def understood() -> Understanding:
    return about(Route.GUIDE).model_copy(update={"facts": FACTS})


async def grounded(model_server: Served, text: str) -> TurnDrafted:
    rule = Rule(
        answer_json={
            "found": True,
            "citations": [{"passage": "1", "quote": QUOTE}],
            "text": text,
            "confidence": "high",
        }
    )
    model_server.play(Script(rules=(rule,)))
    attempt = Attempt(round=0, stage="executor", reason=f"not to {RECORD['address']}", route=Route.GUIDE)
    event = TurnGrounded(
        ref=EXECUTOR_REF,
        turn=the_turn(EXECUTOR_REF),
        understanding=understood(),
        evidence=Evidence(passages=(FAR,)),
        attempts=(attempt,),
    )
    async with role_models("executor", lambda: NOW, small=model_server.url) as models:
        drafted = only(await Drafting(FixedPacks(), FakeBusiness(), models)(event, NO_CONTEXT))
    assert isinstance(drafted, TurnDrafted)
    return drafted


async def test_an_executor_s_prompt_names_nobody(model_server: Served) -> None:
    drafted = await grounded(model_server, "It opens at ten.")
    nothing_personal(model_server)
    assert isinstance(drafted.draft, AnswerDraft)


async def test_an_answer_that_speaks_of_what_was_masked_is_no_answer(model_server: Served) -> None:
    drafted = await grounded(model_server, "Dear <name 1>, it opens at ten.")
    assert isinstance(drafted.draft, HandoverDraft) or not has_placeholder(drafted.draft.text)


async def test_a_judge_s_prompt_names_nobody_and_has_no_note_about_the_customer(model_server: Served) -> None:
    model_server.play(judges())
    turn = GATEWAY.seal_turn(the_turn(VERIFIER_REF))
    draft = AnswerDraft(text=own_words(), citations=(Citation(passage=PASSAGE.id, quote=CITED),))
    event = TurnDrafted(
        ref=VERIFIER_REF, turn=turn, understanding=understood(), evidence=Evidence(passages=(PASSAGE,)), draft=draft
    )
    model_server.seen.clear()
    async with role_models("verifier", lambda: NOW, small=model_server.url) as models:
        await Verifying(*parts(FakeRecords()), models)(event, NO_CONTEXT)
    assert "The answer" in nothing_personal(model_server)


def test_words_that_the_pack_chose_itself_are_not_personal() -> None:
    pack = library_pack()
    fact = pack.profile.facts["points"].model_copy(update={"type": "text", "values": {"gold": {"en": "Gold"}}})
    profile = pack.profile.model_copy(
        update={"facts": {"tier": fact}, "personal": {"since": "none", "name": "name"}},
    )
    facts = CustomerFacts(known=True, values={"tier": "gold", "since": "2024-02-03", "name": "Ada", "mail": "a@b.org"})
    turn = says("gold?", pending=PENDING.model_copy(update={"expires_at": NOW + timedelta(minutes=1)}))
    found = personal_values(pack.model_copy(update={"profile": profile}), turn, facts)
    assert found[:3] == (Known("Ada", Kind.NAME), Known("a@b.org", Kind.EMAIL), Known("M-1"))
    assert "open" not in [one.value for one in found]
