"""Span attributes of a model call, by OpenTelemetry's conventions for generative AI; never any content.

`openai` is the convention's provider for whatever speaks that API; model and server address tell the rest.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from careline.telemetry.tracing import AttributeValue

from .call import Call
from .tier import Tier
from .usage import Usage

OPERATION = "chat"


def asked(tier: Tier, call: Call, structured: bool) -> dict[str, AttributeValue]:
    """Known before the call."""
    address = urlsplit(tier.url)
    return {
        "gen_ai.operation.name": OPERATION,
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": tier.model,
        "gen_ai.request.max_tokens": call.max_tokens,
        "gen_ai.request.temperature": call.temperature,
        "gen_ai.output.type": "json" if structured else "text",
        "gen_ai.prompt.name": call.prompt.name,
        "server.address": address.hostname or "",
        "server.port": address.port or (443 if address.scheme == "https" else 80),
        "careline.tier": tier.name,
        "careline.tenant": call.tenant,
        "careline.turn": call.turn,
    }


def answered(usage: Usage, model: str, finish: str) -> dict[str, AttributeValue]:
    """Known after it, however it ended."""
    known: dict[str, AttributeValue] = {
        "gen_ai.usage.input_tokens": usage.prompt_tokens,
        "gen_ai.usage.output_tokens": usage.completion_tokens,
        "gen_ai.usage.cache_read.input_tokens": usage.cached_tokens,
        "careline.model.calls": usage.calls,
        "careline.model.retries": usage.retries,
    }
    if model:
        known["gen_ai.response.model"] = model
    if finish:
        known["careline.model.finish"] = finish
    return known
