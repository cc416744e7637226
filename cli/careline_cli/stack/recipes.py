"""From parts and services to processes: which command, which environment, when it is ready."""

import signal
import sys
from collections.abc import Mapping

from careline_cli.stack.environment import service_environment
from careline_cli.stack.health import HealthCheck
from careline_cli.stack.managed import Recipe
from careline_cli.stack.parts import LocalPart
from careline_cli.stack.plan import Service
from careline_cli.stack.process import Command
from careline_cli.stack.stack import Stack


def part_recipe(part: LocalPart) -> Recipe:
    """A prepared part as a process."""
    return Recipe(part.name, part.address, part.command, part.ready, ready_within_s=90)


def service_recipe(service: Service, stack: Stack, port: int, env: Mapping[str, str]) -> Recipe:
    """A service as a process of its own, on `port` of 127.0.0.1."""
    address = f"http://127.0.0.1:{port}"

    def command() -> Command:
        return Command(
            name=service.name,
            argv=(sys.executable, "-m", service.module, *service.arguments),
            log=stack.home.log(service.name),
            env=service_environment(service.name, stack, port, env),
            # A service may die at any moment without losing anything: no need to wait for its good will.
            orphan_signal=signal.SIGKILL,
            nice=service.nice,
        )

    return Recipe(service.name, address, command, HealthCheck(port).ready, service.ready_within_s)
