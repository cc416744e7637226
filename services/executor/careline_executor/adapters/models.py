"""The models that write guide answers."""

from __future__ import annotations

from pathlib import Path

from careline.llm.role import Access, Prompting, RoleModels
from careline.llm.telling import Teller
from careline.telemetry import Instruments, Tracing

from ..domain.llm_answer import pack_values

PROMPTS = Path(__file__).parents[1] / "prompts"


def answer_models(
    access: Access, tracing: Tracing, instruments: Instruments, teller: Teller | None = None
) -> RoleModels:
    """The executor's component. `teller`: by which customers who wait learn of it."""
    prompting = Prompting(PROMPTS, "answer.v1.md", pack_values)
    return RoleModels("executor", access, prompting, tracing, instruments, teller=teller)
