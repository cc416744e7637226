"""What `trainer` starts in the environment that has torch: reads a task, writes the network's new weights.

    python -m careline.models.tuning TASK.json OUT.safetensors

Lines on standard output are progress for a person. Nothing but torch, numpy, safetensors and tokenizers is needed.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from ..minilm_graph import Weights
from .intents import Intents
from .learning import Plan, learn
from .network import MiniLM, vectors

# Longer texts are told apart by their beginnings, and cost more than all others together.
_MOST_TOKENS = 64


def run(task: dict[str, Any], out: Path) -> None:
    """`task`: weights and tokenizer (files), texts, labels (numbers), and the fields of `tuning.recipe.Recipe`."""
    torch.set_num_threads(int(task.get("threads") or os.cpu_count() or 1))
    tokenizer = Tokenizer.from_file(task["tokenizer"])
    tokenizer.no_padding()
    tokenizer.enable_truncation(_MOST_TOKENS)
    texts = [each.ids for each in tokenizer.encode_batch(task["texts"])]
    original = load_file(task["weights"])
    network = MiniLM(original, task["dropout"])
    labels = np.asarray(task["labels"], np.intp)
    objective = Intents(labels, vectors(network, texts), task["contrast"], task["warmth"])
    plan = Plan(**{name: task[name] for name in Plan.__dataclass_fields__})
    learn(network, texts, objective, plan, _say)
    save_file(_blended(network.weights(), original, task["share"]), out)


def _blended(tuned: Weights, original: Weights, share: float) -> dict[str, NDArray[np.float32]]:
    """`share` of the one and the rest of the other."""
    part = np.float32(share)
    return {name: part * value + (1 - part) * original[name] for name, value in tuned.items()}


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    run(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]))
