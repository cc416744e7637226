"""Trains a small model on a file of dialogues and exports it for vLLM.

    python -m careline_cli.small_model.workshop.train --dialogues FILE --out FOLDER [--seconds 300] [--seed 0]

With --seconds 0 the model keeps its random weights: that is what the tests serve. Each line that it prints is an
object: {"event": "start"|"step"|"tested"|"done", ...}. A part of the groups is kept back; the weights that did best on
it are those exported.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from .batches import Encoded, batches, encode, tensors
from .dialogue import Dialogue, read_dialogues
from .network import Size, export, make_network, weights_of
from .tokens import learn_tokenizer

_RATE, _WARM_STEPS = 2e-3, 40
_TESTS = (0.5, 0.8)  # when the groups kept back are asked, beside the end; so many of them:
_TESTED = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """`seconds` of learning; `batch` tokens at once; `share` of the groups kept back."""

    seconds: float
    batch: int = 3072
    share: float = 0.1
    threads: int = 2


@dataclass(frozen=True)
class Lesson:
    """A network with what it needs to be asked."""

    network: Any
    pad: int

    def logits(self, inputs: Any) -> Any:
        """float[n, t, vocabulary] for int64[n, t]."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return self.network(input_ids=inputs, attention_mask=(inputs != self.pad).long(), use_cache=False).logits

    def loss(self, batch: Sequence[Encoded]) -> Any:
        """The weighted mean surprise, natural."""
        inputs, targets, weights = tensors(batch, self.pad)
        logits = self.logits(inputs)
        each = torch.nn.functional.cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), reduction="none")
        return (each * weights.flatten()).sum() / weights.sum()

    def right(self, encoded: Sequence[Encoded], tokens: int) -> float:
        """The share of answers all of whose tokens are the likeliest: what greedy decoding would write."""
        right = 0
        for batch in batches(encoded, tokens, random.Random(0)):
            inputs, targets, weights = tensors(batch, self.pad)
            with torch.no_grad():
                likeliest = self.logits(inputs).argmax(-1)
            right += int(((likeliest == targets) | (weights < 1)).all(-1).sum())
        return right / max(1, len(encoded))


def tell(event: str, **facts: Any) -> None:
    """A line for whoever called."""
    print(json.dumps({"event": event, **facts}), flush=True)


def divide(dialogues: Sequence[Dialogue], share: float, seed: int) -> tuple[list[Dialogue], list[Dialogue]]:
    """To learn from, and kept back: whole groups."""
    groups = sorted({each.group for each in dialogues})
    random.Random(seed).shuffle(groups)
    back = set(groups[: int(len(groups) * share)])
    return [d for d in dialogues if d.group not in back], [d for d in dialogues if d.group in back]


def learn(lesson: Lesson, known: Sequence[Encoded], back: Sequence[Encoded], plan: Plan, seed: int) -> float:
    """Fills the network with the best weights found; their share of right answers among those kept back."""
    network = lesson.network
    optimizer = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=0.1, betas=(0.9, 0.98))
    best = Best(lesson, random.Random(seed).sample(back, min(_TESTED, len(back))), plan.batch)
    tests, began = list(_TESTS), time.monotonic()
    for step, batch in enumerate(_endless(known, plan.batch, random.Random(seed))):
        spent = (time.monotonic() - began) / plan.seconds
        if spent >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = _RATE * min(1.0, (step + 1) / _WARM_STEPS) * (0.02 + 0.98 * math.cos(spent * math.pi / 2))
        loss = lesson.loss(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        tell("step", step=step, loss=round(float(loss.detach()), 4), done=round(spent, 4))
        if tests and spent >= tests[0]:
            tests.pop(0)
            best.test()
    best.test()
    network.load_state_dict(best.weights)
    return best.share


def _endless(known: Sequence[Encoded], tokens: int, rng: random.Random) -> Iterator[list[Encoded]]:
    while True:
        yield from batches(known, tokens, rng)


@dataclass
class Best:
    """The weights that did best on what was kept back."""

    lesson: Lesson
    back: Sequence[Encoded]
    tokens: int
    share: float = -1.0
    weights: Any = None

    def test(self) -> None:
        """Asks them, and keeps the weights if they did as well as any before."""
        share = self.lesson.right(self.back, self.tokens)
        tell("tested", right=round(share, 4), of=len(self.back))
        if share >= self.share:
            kept = self.lesson.network.state_dict().items()
            self.share, self.weights = share, {name: weight.detach().clone() for name, weight in kept}


def make(
    dialogues: Sequence[Dialogue], out: Path, size: Size, plan: Plan, seed: int, system_chars: int = 0
) -> dict[str, Any]:
    """The whole job; what came of it."""
    torch.set_num_threads(plan.threads)
    known, back = divide(dialogues, plan.share, seed)
    tokenizer = learn_tokenizer(_texts(known), size.vocabulary, system_chars)
    network = make_network(replace(size, tied=plan.seconds > 0), tokenizer, seed)
    facts: dict[str, Any] = {"weights": weights_of(network), "dialogues": len(known), "kept_back": len(back)}
    tell("start", **facts)
    began = time.monotonic()
    if plan.seconds > 0:
        ready, tested = (
            [one for each in part if (one := encode(tokenizer, each, size.window))] for part in (known, back)
        )
        facts["too_long"] = len(dialogues) - len(ready) - len(tested)
        lesson = Lesson(network, tokenizer.pad_token_id)
        facts["right"] = round(learn(lesson, ready, tested, plan, seed), 4)
    facts["seconds"] = round(time.monotonic() - began, 1)
    export(network, tokenizer, out, facts)
    return facts


def _texts(dialogues: Sequence[Dialogue]) -> list[str]:
    """What the tokenizer learns from. A system message that all have in common counts as often as a tenth of them."""
    systems = [each.system for each in dialogues]
    return [text for each in dialogues for text in (each.user, each.answer)] + systems[:: max(1, len(systems) // 10)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="train", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--dialogues", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--width", type=int, default=Size().width)
    parser.add_argument("--layers", type=int, default=Size().layers)
    parser.add_argument("--vocabulary", type=int, default=Size().vocabulary)
    parser.add_argument("--system-chars", type=int, default=0, help="of a system message, read only so much")
    options = parser.parse_args()
    size = Size(options.width, options.layers, vocabulary=options.vocabulary)
    plan = Plan(options.seconds, threads=options.threads)
    dialogues = read_dialogues(options.dialogues)
    tell("done", **make(dialogues, options.out, size, plan, options.seed, options.system_chars))


if __name__ == "__main__":
    main()
