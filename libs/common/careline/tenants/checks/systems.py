"""systems.yaml: documents that are there and say what they have to; the calls that the catalogue makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ..openapi import Description, Undescribable, call_of, read_description
from ..operations import Operation
from ..problems import Problem
from ..systems import HttpCall, System, SystemSpec
from .report import Report

_NAME = "a name of a system is letters, digits and _, beginning with a letter: its settings are called after it"


def read_descriptions(
    report: Report, folder: Path, systems: Mapping[str, SystemSpec]
) -> tuple[dict[str, Description], list[Problem]]:
    """The OpenAPI documents of the systems that have one."""
    found: dict[str, Description] = {}
    problems: list[Problem] = []
    for name, system in systems.items():
        at = ("systems", name)
        if not name.replace("_", "a").isascii() or not name.replace("_", "a").isalnum() or not name[0].isalpha():
            report.add(at, _NAME)
        if system.openapi is None:
            continue
        file = folder / system.openapi
        if not file.resolve().is_relative_to(folder.resolve()) or not file.is_file():
            report.add((*at, "openapi"), f"there is no file {system.openapi!r} in the pack")
            continue
        description, wrong = read_description(system.openapi, file.read_bytes())
        problems += wrong
        if description is not None:
            found[name] = description
    return found, problems


def compiled(
    systems: Mapping[str, SystemSpec], descriptions: Mapping[str, Description], operations: Iterable[Operation]
) -> dict[str, System]:
    """The systems with the calls that `operations` make; those that cannot be made are left out (they are problems)."""
    calls: dict[str, dict[str, HttpCall]] = {name: {} for name in systems}
    for operation in operations:
        remote = operation.remote
        if remote is None or remote.system not in descriptions:
            continue
        for part in (remote, remote.preview, remote.status):
            if part is None:
                continue
            try:
                calls[remote.system][part.call] = call_of(descriptions[remote.system], part.call)
            except (Undescribable, KeyError):
                continue
    return {name: System(**system.model_dump(), calls=calls[name]) for name, system in systems.items()}
