"""The network: a small Llama, made anew, and its export in the form that vLLM loads."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM


@dataclass(frozen=True, slots=True)
class Size:
    """`width` has to be a multiple of 64: that is what one head takes. `window` is the longest text in tokens. `tied`:
    tokens are read and written by the same weights; untaught, such a network only repeats its last token."""

    width: int = 192
    layers: int = 4
    window: int = 4096
    vocabulary: int = 3072
    tied: bool = True


def make_network(size: Size, tokenizer: Any, seed: int) -> Any:
    """A network with random weights, the same for the same seed."""
    torch.manual_seed(seed)
    heads = size.width // 64
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=size.width,
        intermediate_size=size.width * 11 // 4,
        num_hidden_layers=size.layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        max_position_embeddings=size.window,
        tie_word_embeddings=size.tied,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        attention_dropout=0.0,
    )
    return LlamaForCausalLM(config)


def weights_of(network: Any) -> int:
    """How many numbers it has learnt."""
    return sum(weight.numel() for weight in network.parameters())


def export(network: Any, tokenizer: Any, folder: Path, facts: dict[str, Any]) -> None:
    """Writes `folder` in one go: whoever looks sees the old model, or the new one, never a part. `facts` goes to
    careline.json beside it."""
    begun = folder.with_name(folder.name + ".begun")
    shutil.rmtree(begun, ignore_errors=True)
    network.to(torch.bfloat16).save_pretrained(begun, safe_serialization=True)
    GenerationConfig(bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id).save_pretrained(begun)
    tokenizer.save_pretrained(begun)
    for file in begun.iterdir():
        file.chmod(0o644)  # the server may be somebody else
    (begun / "careline.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.replace(old)
    begun.replace(folder)
    shutil.rmtree(old, ignore_errors=True)
