"""A model of random weights for vLLM, with a tokenizer made of the business's own words."""

from __future__ import annotations

from pathlib import Path
from random import Random

from careline.tenants.load import load_pack
from careline.tenants.model import Pack
from careline_classifier.adapters.models import PROMPTS as ROUTE_PROMPTS
from careline_cli.small_model.making import Job, run_job
from careline_cli.small_model.workshop.dialogue import Dialogue
from careline_executor.adapters.models import PROMPTS as ANSWER_PROMPTS
from careline_verifier.adapters.models import PROMPTS as JUDGE_PROMPTS

from ..routing import ROOT
from .asks import ask

_SAMPLES = 200


def make_model(python: Path, out: Path, seed: int) -> Path:
    """Some million random weights. Raises MakingFailed. `python` is the engine's."""
    texts = tuple(texts_of(load_pack(ROOT / "tenants/shop")))
    # One group: nothing is kept back, for nothing is taught.
    dialogues = tuple(Dialogue("", text, "", "words") for text in texts)
    run_job(Job(python, dialogues, out, seconds=0.0, seed=seed, nice=0), lambda _: None)
    return out


def texts_of(pack: Pack) -> list[str]:
    """What the tokens are made of: with bytes alone, a prompt would be longer than the model's context."""
    prompts = [
        file.read_text() for folder in (ROUTE_PROMPTS, ANSWER_PROMPTS, JUDGE_PROMPTS) for file in folder.iterdir()
    ]
    customers = [text for number in range(_SAMPLES) for text in ask(Random(number)).texts]
    return [*prompts, *(passage.text for passage in pack.guide), *customers]
