"""The models that give a second opinion on what a message is about."""

from __future__ import annotations

from pathlib import Path

from careline.llm.role import Access, Prompting, RoleModels
from careline.llm.telling import Teller
from careline.telemetry import Instruments, Tracing

from ..domain.llm_catalogue import pack_values

PROMPTS = Path(__file__).parents[1] / "prompts"


def route_models(
    access: Access, tracing: Tracing, instruments: Instruments, teller: Teller | None = None
) -> RoleModels:
    """The classifier's component. `teller`: by which customers who wait learn of it."""
    prompting = Prompting(PROMPTS, "route.v1.md", pack_values)
    return RoleModels("classifier", access, prompting, tracing, instruments, teller=teller)
