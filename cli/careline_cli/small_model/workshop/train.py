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
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from .batches import Encoded, batches, encode, tensors
from .dialogue import Dialogue, read_dialogues
from .network import Size, export, make_network, weights_of
from .tokens import learn_tokenizer

_RATE, _WARM_STEPS = 2e-3, 40
_TESTS = 5  # so often are the groups kept back asked while it learns


@dataclass(frozen=True, slots=True)
class Plan:
    """`seconds` of learning; `batch` tokens at once; `share` of the groups kept back."""

    seconds: float
    batch: int = 4096
    share: float = 0.1
    threads: int = 2


def tell(event: str, **facts: Any) -> None:
    """A line for whoever called."""
    print(json.dumps({"event": event, **facts}), flush=True)


def divide(dialogues: Sequence[Dialogue], share: float, seed: int) -> tuple[list[Dialogue], list[Dialogue]]:
    """To learn from, and kept back: whole groups."""
    groups = sorted({each.group for each in dialogues})
    random.Random(seed).shuffle(groups)
    back = set(groups[: int(len(groups) * share)])
    return [d for d in dialogues if d.group not in back], [d for d in dialogues if d.group in back]


def loss_of(network: Any, batch: Sequence[Encoded], pad: int) -> Any:
    """The weighted mean surprise, natural."""
    inputs, targets, weights = tensors(batch, pad)
    logits = network(input_ids=inputs, attention_mask=(inputs != pad).long()).logits
    each = torch.nn.functional.cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), reduction="none")
    return (each * weights.flatten()).sum() / weights.sum()


@torch.no_grad()
def exactly_right(network: Any, encoded: Sequence[Encoded], pad: int, tokens: int) -> float:
    """The share of answers all of whose tokens are the likeliest: what greedy decoding would write."""
    network.eval()
    right = 0
    for batch in batches(encoded, tokens, random.Random(0)):
        inputs, targets, weights = tensors(batch, pad)
        likeliest = network(input_ids=inputs, attention_mask=(inputs != pad).long()).logits.argmax(-1)
        right += int(((likeliest == targets) | (weights < 1)).all(-1).sum())
    network.train()
    return right / max(1, len(encoded))


def learn(network: Any, known: Sequence[Encoded], back: Sequence[Encoded], pad: int, plan: Plan, seed: int) -> float:
    """Fills the network with the best weights found; their share of right answers among those kept back."""
    optimizer = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=0.1, betas=(0.9, 0.98))
    rng = random.Random(seed)
    began, step, next_test, best, kept = time.monotonic(), 0, 1 / _TESTS, -1.0, None
    spent = 0.0
    while spent < 1:
        for batch in batches(known, plan.batch, rng):
            spent = (time.monotonic() - began) / plan.seconds
            if spent >= 1:
                break
            for group in optimizer.param_groups:
                group["lr"] = _RATE * min(1.0, (step + 1) / _WARM_STEPS) * (0.02 + 0.98 * math.cos(spent * math.pi / 2))
            loss = loss_of(network, batch, pad)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            step += 1
            tell("step", step=step, loss=round(float(loss.detach()), 4), done=round(spent, 4))
            if spent >= next_test:
                next_test += 1 / _TESTS
                best, kept = _better(network, back, pad, plan, best, kept)
    best, kept = _better(network, back, pad, plan, best, kept)
    network.load_state_dict(kept)
    return best


def _better(network: Any, back: Sequence[Encoded], pad: int, plan: Plan, best: float, kept: Any) -> tuple[float, Any]:
    share = exactly_right(network, back, pad, plan.batch)
    tell("tested", right=round(share, 4))
    if share < best:
        return best, kept
    return share, {name: weight.detach().clone() for name, weight in network.state_dict().items()}


def make(dialogues: Sequence[Dialogue], out: Path, size: Size, plan: Plan, seed: int) -> dict[str, Any]:
    """The whole job; what came of it."""
    torch.set_num_threads(plan.threads)
    known, back = divide(dialogues, plan.share, seed)
    tokenizer = learn_tokenizer([each.text for each in known], size.vocabulary)
    network = make_network(size, tokenizer, seed)
    facts: dict[str, Any] = {"weights": weights_of(network), "dialogues": len(known), "kept_back": len(back)}
    tell("start", **facts)
    began = time.monotonic()
    if plan.seconds > 0:
        ready = [one for each in known if (one := encode(tokenizer, each, size.window))]
        tested = [one for each in back if (one := encode(tokenizer, each, size.window))]
        facts["too_long"] = len(dialogues) - len(ready) - len(tested)
        facts["right"] = learn(network, ready, tested, tokenizer.pad_token_id, plan, seed)
    facts["seconds"] = round(time.monotonic() - began, 1)
    export(network, tokenizer, out, facts)
    return facts


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
    options = parser.parse_args()
    size = Size(options.width, options.layers, vocabulary=options.vocabulary)
    plan = Plan(options.seconds, threads=options.threads)
    tell("done", **make(read_dialogues(options.dialogues), options.out, size, plan, options.seed))


if __name__ == "__main__":
    main()
