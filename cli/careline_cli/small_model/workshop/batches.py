"""Dialogues as numbers: tokens, and which of them the model is to say itself."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from .dialogue import Dialogue

# The asked part is learnt a little as well: which words belong together helps to read.
READ_WEIGHT = 0.1


@dataclass(frozen=True, slots=True)
class Encoded:
    """`tokens` are all, `asked` of them are the question; the rest is the answer with its end."""

    tokens: tuple[int, ...]
    asked: int


def encode(tokenizer: Any, dialogue: Dialogue, window: int) -> Encoded | None:
    """None when it is longer than the window."""
    messages = [{"role": "system", "content": dialogue.system}, {"role": "user", "content": dialogue.user}]
    asked = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    question = tokenizer(asked, add_special_tokens=False)["input_ids"]
    answer = tokenizer(dialogue.answer + tokenizer.eos_token, add_special_tokens=False)["input_ids"]
    both = (*question, *answer)
    return Encoded(both, len(question)) if len(both) <= window else None


def batches(encoded: Sequence[Encoded], tokens: int, rng: random.Random) -> Iterator[list[Encoded]]:
    """Shuffled batches of dialogues of like length, each of at most about `tokens` tokens with its padding."""
    order = sorted(encoded, key=lambda each: (len(each.tokens) + rng.uniform(0, 8), rng.random()))
    made: list[list[Encoded]] = []
    batch: list[Encoded] = []
    for each in order:
        if batch and (len(batch) + 1) * len(each.tokens) > tokens:
            made.append(batch)
            batch = []
        batch.append(each)
    if batch:
        made.append(batch)
    rng.shuffle(made)
    yield from made


def tensors(batch: Sequence[Encoded], pad: int) -> tuple[Any, Any, Any]:
    """(inputs int64[n, t], targets int64[n, t], weights float32[n, t]): what is seen, what comes next, how much it
    counts."""
    longest = max(len(each.tokens) for each in batch)
    inputs = torch.full((len(batch), longest), pad, dtype=torch.int64)
    weights = torch.zeros((len(batch), longest))
    for row, each in enumerate(batch):
        length = len(each.tokens)
        inputs[row, :length] = torch.tensor(each.tokens)
        weights[row, 1 : each.asked] = READ_WEIGHT
        weights[row, each.asked : length] = 1.0
    return inputs[:, :-1], inputs[:, 1:], weights[:, 1:]
