"""The dice of a random model: what is left of a schema, and that it still fits the one that was asked for."""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import Any

import pytest
from evals.hostile.answers import FALSE_DONE
from evals.hostile.dice import FORMLESS, NOISE, WORDED, narrowed, thrown, words

from careline.llm.schema import response_format
from careline.testing.model_server.requests import ChatRequest
from careline_executor.domain.llm_answer import GuideAnswer
from careline_verifier.domain.llm_judge import Judgement

pytestmark = pytest.mark.unit

PROMPT = "Passages:\nParcels take 3 days.\nThe question:\n请取消 LL-10013 please"


def asked(number: int, output: type = GuideAnswer) -> dict[str, Any]:
    return {
        "model": "large",
        "messages": [{"role": "system", "content": "Answer."}, {"role": "user", "content": f"{number} {PROMPT}"}],
        "response_format": response_format(output),
        "max_completion_tokens": 400,
        "temperature": 0.0,
        "stream": True,
    }


def schema_of(body: dict[str, Any]) -> str:
    return json.dumps(body["response_format"]["json_schema"]["schema"])


def test_the_same_question_throws_the_same_dice() -> None:
    assert thrown(asked(1), 1) == thrown(asked(1), 1)
    assert len({thrown(asked(1), seed)[1]["seed"] for seed in range(20)}) == 20


def test_most_answers_choose_among_words_and_some_have_no_form() -> None:
    found = Counter(thrown(asked(number), 1)[0] for number in range(200))
    assert found[WORDED] > 120
    assert found[NOISE] > 5
    assert found[FORMLESS] > 5


def test_a_relayed_question_is_hot_and_for_the_one_model_there_is() -> None:
    before = asked(0)
    for number in range(40):
        kind, body = thrown(asked(number), 1)
        assert body["model"] == "small"
        assert body["temperature"] > 1
        assert ("response_format" in body) == (kind != FORMLESS)
        assert (FALSE_DONE in json.dumps(body)) == (kind == WORDED)
        ChatRequest.model_validate({name: value for name, value in body.items() if name != "seed"})
    assert before == asked(0)  # the schema is shared by all questions: it is not changed in place


def test_lists_are_short_and_texts_are_there() -> None:
    schema = json.loads(json.dumps(response_format(GuideAnswer)))["json_schema"]["schema"]
    narrow = narrowed(schema, ("3 days", "x" * 600), "guide")
    assert narrow["properties"]["citations"] | {"items": None} == {
        "type": "array",
        "items": None,
        "minItems": 1,
        "maxItems": 3,
    }
    assert narrow["$defs"]["Cited"]["properties"]["quote"]["enum"] == ["3 days"]  # the other is longer than allowed
    assert narrow["properties"]["text"]["enum"] == ["3 days", "x" * 600]
    assert narrow["$defs"]["Cited"]["properties"]["passage"]["enum"] == ["1", "2", "3", "4", "5", "6"]


def test_noise_is_short() -> None:
    schema = json.loads(json.dumps(response_format(GuideAnswer)))["json_schema"]["schema"]
    assert narrowed(schema, ())["properties"]["text"]["maxLength"] == 24


def test_an_aim_is_taken_where_it_can_be() -> None:
    choice = {"type": "string", "enum": ["guide", "operation:cancel", "human"]}
    assert narrowed(choice, (), "operation:")["enum"] == ["operation:cancel"]
    assert narrowed(choice, (), "nothing")["enum"] == choice["enum"]
    assert narrowed(choice, ())["enum"] == choice["enum"]


def test_a_schema_without_texts_stays_as_it_is() -> None:
    schema = json.loads(json.dumps(response_format(Judgement)))["json_schema"]["schema"]
    assert narrowed(schema, ("words",)) == schema


def test_words_stand_in_the_prompt() -> None:
    found = {each for seed in range(50) for each in words(PROMPT, Random(seed))}
    assert all(each in PROMPT for each in found - {FALSE_DONE})
    assert FALSE_DONE in found
    assert "LL-10013" in found
    assert "取" in found
    assert words("", Random(1)) == (FALSE_DONE,)
