"""Tokens, the prefix cache and the counters, as a real server would tell of them."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass

_TOKEN = re.compile(r"[A-Za-z]{1,6}|\d{1,3}|\s+|.", re.DOTALL)
_BLOCK = 16
_BLOCKS = 10_000


def tokens(text: str) -> list[str]:
    """A stand-in tokenizer: joined, its tokens are the text. White space goes with the word after it."""
    found: list[str] = []
    blank = ""
    for match in _TOKEN.finditer(text):
        piece = match.group()
        if piece.isspace():
            blank += piece
            continue
        found.append(blank + piece)
        blank = ""
    return [*found, blank] if blank else found


class PrefixCache:
    """Remembers prompts by blocks of 16 tokens, the latest 10,000 blocks, per model: adapters share nothing."""

    def __init__(self) -> None:
        self._blocks: OrderedDict[int, None] = OrderedDict()

    def cached(self, model: str, prompt: list[str]) -> int:
        """How many of the prompt's tokens were known; they all are now."""
        known, before, unbroken = 0, hash(model), True
        for start in range(0, len(prompt) - _BLOCK + 1, _BLOCK):
            before = hash((before, *prompt[start : start + _BLOCK]))
            unbroken = unbroken and before in self._blocks
            known += _BLOCK if unbroken else 0
            self._blocks[before] = None
            self._blocks.move_to_end(before)
        while len(self._blocks) > _BLOCKS:
            self._blocks.popitem(last=False)
        return known


@dataclass(slots=True)
class Counters:
    """Since the start. `aborted`: the client went away before the end; `connections` by the client's port."""

    requests: int = 0
    connections: int = 0
    running: int = 0
    peak_running: int = 0
    aborted: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0

    def exposition(self) -> str:
        """Prometheus text, under the names that vLLM uses where it has one."""
        rows = {
            "vllm:num_requests_running": self.running,
            "vllm:prompt_tokens_total": self.prompt_tokens,
            "vllm:generation_tokens_total": self.completion_tokens,
            "vllm:prefix_cache_queries_total": self.prompt_tokens,
            "vllm:prefix_cache_hits_total": self.cached_tokens,
            "model_server_requests_total": self.requests,
            "model_server_connections_total": self.connections,
            "model_server_aborted_total": self.aborted,
            "model_server_peak_running": self.peak_running,
        }
        return "".join(f"{name} {value}\n" for name, value in rows.items())
