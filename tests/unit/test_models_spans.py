"""Values found in messages by what marked messages teach."""

import pytest

from careline.models.errors import TrainingImpossible
from careline.models.span_features import features, tokens
from careline.models.span_tagger import Marked, Span, SpanTagger, train_tagger

pytestmark = pytest.mark.unit

NAMES = ["Ada", "Grace", "Alan", "Barbara", "Edsger", "Donald"]
COUNTS = ["2", "3", "4", "12", "seven"]


def marked(text: str, asked: tuple[str, ...] = (), **values: str) -> Marked:
    spans = tuple(Span(slot, text.index(value), text.index(value) + len(value)) for slot, value in values.items())
    return Marked(text, asked, spans)


def messages() -> list[Marked]:
    made = [marked(f"a table for {count} please", people=count) for count in COUNTS]
    made += [marked(f"we are {count}", people=count) for count in COUNTS]
    made += [marked(f"my name is {name}", name=name) for name in NAMES]
    made += [marked(count, ("people",), people=count) for count in COUNTS]
    made += [marked(count, ("hour",), hour=count) for count in COUNTS]
    made += [marked(f"in {count} hours", date=f"in {count} hours", hour=f"in {count} hours") for count in COUNTS]
    return [*made, marked("thanks a lot"), marked("can I bring my dog"), marked("")]


@pytest.fixture(scope="module")
def tagger() -> SpanTagger:
    return train_tagger(messages())


def test_values_that_were_not_seen(tagger: SpanTagger) -> None:
    text = "a table for 9 please"
    assert tagger.find(text) == [Span("people", text.index("9"), text.index("9") + 1)]
    assert tagger.find("my name is Margaret") == [Span("name", 11, 19)]
    assert tagger.find("thanks a lot") == []
    assert tagger.find("") == tagger.find("   ") == []


def test_what_was_asked_for_decides(tagger: SpanTagger) -> None:
    assert tagger.find("6", ("people",)) == [Span("people", 0, 1)]
    assert tagger.find("6", ("hour",)) == [Span("hour", 0, 1)]


def test_the_same_words_may_be_two_values(tagger: SpanTagger) -> None:
    assert tagger.find("in 5 hours") == [Span("date", 0, 10), Span("hour", 0, 10)]


def test_at_most_one_value_of_a_slot(tagger: SpanTagger) -> None:
    found = tagger.find("a table for 2 please we are 3")
    assert [span.slot for span in found] == ["people"]


def test_unmarked_messages_teach_nothing() -> None:
    with pytest.raises(TrainingImpossible, match="marked"):
        train_tagger([Marked("hello", (), ())])


def test_tokens_have_their_places_and_kinds() -> None:
    found = tokens("On 3rd May, 7:30pm für Zoë")
    assert [token.text for token in found] == ["On", "3", "rd", "May", ",", "7", ":", "30", "pm", "für", "Zoë"]
    assert all("On 3rd May, 7:30pm für Zoë"[token.start : token.end] == token.text for token in found)
    assert [token.kind for token in found][3:6] == ["month", ",", "digits1"]
    assert tokens("August")[0].shape == "Xxx"


def test_features_know_place_and_question() -> None:
    first, second = features(tokens("for 2"), ("people",))
    assert {"w1=2", "edge=TrueFalse", "a=people"} <= set(first)
    assert {"w-1=for", "edge=FalseTrue", "aw=people 2", "size=<13"} <= set(second)
    assert "a=nothing" in features(tokens("for"), ())[0]
