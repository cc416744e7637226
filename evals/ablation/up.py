"""`python -m evals.ablation.up --pipeline ... --levels ...`: the throw-away stack; `careline eval` starts it."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from dataclasses import replace

from rich.console import Console

from careline_cli.app import show
from careline_cli.errors import CommandError
from careline_cli.evaluation.ablation import Ablation, Pipeline
from careline_cli.stack.home import Home
from careline_cli.stack.plan import Plan, Service, default_plan
from careline_cli.stack.progress import Progress
from careline_cli.stack.supervisor import Supervisor

from .throwaway import require


def ablated(plan: Plan, ablation: Ablation) -> Plan:
    """The plan with stand-ins for what is left out."""
    return replace(plan, services=tuple(_service(service, ablation) for service in plan.services))


def _service(service: Service, ablation: Ablation) -> Service:
    if service.name == "verifier" and ablation.pipeline is not Pipeline.WHOLE:
        return replace(service, module="evals.ablation.accepting")
    if service.name == "classifier" and ablation.decision is not None:
        return replace(service, module="evals.ablation.deciding", arguments=(ablation.decision,))
    return service


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pipeline", type=Pipeline, required=True)
    parser.add_argument("--levels", type=int, choices=(1, 2), required=True)
    options = parser.parse_args()
    # The broker's client reports every refused connection; the supervisor waits for it on purpose.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    home = Home.find(os.environ)
    require(home.root)
    with Progress(Console()) as progress:
        plan = ablated(default_plan(), Ablation(options.pipeline, options.levels))
        return asyncio.run(Supervisor(home, plan, os.environ, progress).run())


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CommandError as error:
        show(error)
        sys.exit(2)
