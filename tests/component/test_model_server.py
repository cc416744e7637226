"""The scripted model server itself, as any client sees it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError
from tests.fixtures.llm import Routing

from careline.llm.schema import response_format
from careline.testing.model_server import Rule, Script, Served
from careline.testing.model_server.answers import smallest
from careline.testing.model_server.counting import tokens

pytestmark = pytest.mark.component

CHAT = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}


async def post(server: Served, **further: object) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.post(f"{server.url}/chat/completions", json=CHAT | further)


async def test_without_rules_it_answers_with_what_fits_the_schema(model_server: Served) -> None:
    model_server.play(Script())
    body = (await post(model_server, response_format=response_format(Routing))).json()
    assert Routing.model_validate_json(body["choices"][0]["message"]["content"]).route == "guide"
    assert body["usage"]["prompt_tokens"] == 1
    assert body["usage"]["completion_tokens"] > 0


async def test_the_first_rule_that_matches_decides_until_it_is_used_up(model_server: Served) -> None:
    model_server.play(Script(rules=(Rule(user="HELL", times=1, answer="one"), Rule(user="nobody"), Rule(answer="two"))))
    said = [(await post(model_server)).json()["choices"][0]["message"]["content"] for _ in range(3)]
    assert said == ["one", "two", "two"]


async def test_a_stream_has_pieces_usage_and_an_end(model_server: Served) -> None:
    model_server.play(Script(rules=(Rule(answer="one two"),)))
    text = (await post(model_server, stream=True, stream_options={"include_usage": True})).text
    assert text.count("chat.completion.chunk") == 4
    assert '"completion_tokens": 2' in text
    assert text.endswith("data: [DONE]\n\n")


async def test_what_a_client_invents_is_refused(model_server: Served) -> None:
    model_server.play(Script(context=4))
    assert (await post(model_server, guided_json={})).status_code == 400
    long = [{"role": "user", "content": "five words are too many"}]
    assert (await post(model_server, messages=long)).status_code == 400


async def test_health_models_and_metrics(model_server: Served) -> None:
    model_server.play(Script(models=("m", "shop-lora")))
    root = model_server.url.removesuffix("/v1")
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(f"{root}/health")).status_code == 200
        listed = (await http.get(f"{root}/v1/models")).json()["data"]
        before = (await http.get(f"{root}/metrics")).text
        await http.post(f"{root}/v1/chat/completions", json=CHAT)
        after = (await http.get(f"{root}/metrics")).text
        changed = await http.put(f"{root}/script", json={"rules": [{"answer": "new"}]})
        wrong = await http.put(f"{root}/script", json={"rules": [{"anser": "new"}]})
    assert [model["id"] for model in listed] == ["m", "shop-lora"]
    assert before != after
    assert "vllm:prefix_cache_hits_total" in after
    assert (changed.status_code, wrong.status_code) == (204, 400)


def test_a_script_is_yaml_and_mistakes_are_named(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("rules:\n- {user: refund, hostile: wrong_types, first_token_s: 0.2}\n", encoding="utf-8")
    assert Script.read(file).rules[0].hostile == "wrong_types"
    file.write_text("rules:\n- {fault: explode}\n", encoding="utf-8")
    with pytest.raises(ValidationError, match="fault"):
        Script.read(file)


def test_tokens_are_the_text() -> None:
    text = "Where is LL-10023?\n 退款 please "
    assert "".join(tokens(text)) == text


def test_the_smallest_instance_fits_what_pydantic_writes() -> None:
    class Node(Routing):
        children: list[Routing]
        maybe: Routing | None
        sure: Routing

    assert Node.model_validate(smallest(Node.model_json_schema())).maybe is None
