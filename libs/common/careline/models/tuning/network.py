"""all-MiniLM-L6-v2 in torch, with the weights' own names, so that what was learnt goes straight into the ONNX graph."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from ..minilm_graph import HEADS, LAYERS, WIDTH

WORDS = "embeddings.word_embeddings.weight"
_EPSILON = 1e-12
_MASKED = -1e4
_AT_ONCE = 128


class MiniLM(nn.Module):  # type: ignore[misc]
    """BERT as in `minilm_graph`. Dropout is left out of the attention weights: drawing it cost a sixth of the time."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]], dropout: float) -> None:
        super().__init__()
        kept = {name: value for name, value in weights.items() if value.dtype.kind == "f" and "pooler" not in name}
        # A dot in a parameter's name is not allowed by torch.
        self._held = nn.ParameterDict(
            {
                name.replace(".", "|"): nn.Parameter(torch.tensor(np.asarray(value, np.float32)))
                for name, value in kept.items()
            }
        )
        self._dropout = dropout
        # Thirty thousand words of which the examples have a few: moving those alone would tear the space apart.
        self.weight(WORDS).requires_grad_(False)

    def weight(self, name: str) -> Any:
        return self._held[name.replace(".", "|")]

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """All weights by their original names."""
        return {name.replace("|", "."): value.detach().float().numpy().copy() for name, value in self._held.items()}

    def forward(self, ids: Any, mask: Any) -> Any:
        """Hidden states [texts, tokens, 384] for token ids and a mask (true: a token) of that shape."""
        count, length = ids.shape
        places = self.weight("embeddings.position_embeddings.weight")[:length]
        kind = self.weight("embeddings.token_type_embeddings.weight")[0]
        x = functional.embedding(ids, self.weight(WORDS)) + places + kind
        x = self._dropped(self._norm(x, "embeddings.LayerNorm"))
        bias = torch.zeros(count, 1, 1, length).masked_fill(~mask[:, None, None, :], _MASKED)
        for number in range(LAYERS):
            x = self._layer(x, bias, f"encoder.layer.{number}")
        return x

    def _layer(self, x: Any, bias: Any, name: str) -> Any:
        attended = self._linear(self._attention(x, bias, f"{name}.attention.self"), f"{name}.attention.output.dense")
        x = self._norm(x + self._dropped(attended), f"{name}.attention.output.LayerNorm")
        wide = functional.gelu(self._linear(x, f"{name}.intermediate.dense"))
        return self._norm(x + self._dropped(self._linear(wide, f"{name}.output.dense")), f"{name}.output.LayerNorm")

    def _attention(self, x: Any, bias: Any, name: str) -> Any:
        count, length, _ = x.shape
        query, key, value = (
            self._linear(x, f"{name}.{part}").view(count, length, HEADS, WIDTH // HEADS).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(-1, -2) / math.sqrt(WIDTH / HEADS)
        weights = torch.softmax(scores + bias.to(scores.dtype), -1).to(value.dtype)
        return (weights @ value).transpose(1, 2).reshape(count, length, WIDTH)

    def _linear(self, x: Any, name: str) -> Any:
        return functional.linear(x, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"))

    def _norm(self, x: Any, name: str) -> Any:
        return functional.layer_norm(x, (WIDTH,), self.weight(f"{name}.weight"), self.weight(f"{name}.bias"), _EPSILON)

    def _dropped(self, x: Any) -> Any:
        return functional.dropout(x, self._dropout, self.training)


def pooled(states: Any, mask: Any) -> Any:
    """Unit vectors [texts, 384]: the mean over tokens, as the encoder makes them."""
    kept = mask[..., None].float()
    return functional.normalize((states.float() * kept).sum(1) / kept.sum(1), dim=-1)


def padded(texts: Sequence[Sequence[int]]) -> tuple[Any, Any]:
    """Token ids and mask, [texts, the longest one's tokens]."""
    longest = max(map(len, texts))
    ids = torch.zeros(len(texts), longest, dtype=torch.long)
    mask = torch.zeros(len(texts), longest, dtype=torch.bool)
    for row, tokens in enumerate(texts):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = True
    return ids, mask


def cheaper() -> Any:
    """Half the bits for the products where the processor has units for it (AMX): five times as fast there, slower
    elsewhere."""
    supported = getattr(torch.cpu, "_is_amx_tile_supported", lambda: False)()
    return torch.autocast("cpu", torch.bfloat16, enabled=bool(supported))


def vectors(network: MiniLM, texts: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    """float32[texts, 384] of token ids, as the network is now."""
    network.eval()
    found = np.zeros((len(texts), WIDTH), np.float32)
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    with torch.no_grad(), cheaper():
        for start in range(0, len(order), _AT_ONCE):
            part = order[start : start + _AT_ONCE]
            ids, mask = padded([texts[place] for place in part])
            found[part] = pooled(network(ids, mask), mask).float().numpy()
    return found
