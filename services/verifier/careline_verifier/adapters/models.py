"""The models that judge answers."""

from __future__ import annotations

from pathlib import Path

from careline.llm.role import Access, Prompting, RoleModels
from careline.telemetry import Instruments, Tracing

from ..domain.llm_judge import pack_values

PROMPTS = Path(__file__).parents[1] / "prompts"


def judge_models(access: Access, tracing: Tracing, instruments: Instruments) -> RoleModels:
    """The verifier's component."""
    return RoleModels("verifier", access, Prompting(PROMPTS, "judge.v1.md", pack_values), tracing, instruments)
