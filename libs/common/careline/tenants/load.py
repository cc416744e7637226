"""Reads a pack from its folder, and finds everything that is wrong with it at once."""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, Field

from .base import PackModel
from .builtin import with_builtin
from .checks.data import check_data, check_tenant
from .checks.evals import check_evals
from .checks.operations import check_caller, check_operation
from .checks.policy import check_policy
from .checks.profile import check_profile, fact_names
from .checks.recognition import check_recognition
from .checks.remote import Others
from .checks.replies import check_doubles, check_replies
from .checks.report import Report
from .checks.safety import check_safety
from .checks.systems import compiled, read_descriptions
from .checks.undo import check_undo
from .data import Data, GeneratorSource
from .guide import Guide, read_guide
from .operations import Check, Operation
from .pack import Pack
from .policy import Policy, Training
from .problems import PackError, Problem, suggestion
from .profile import Profile
from .replies import Replies
from .safety import Safety
from .sealed import misuses
from .structure import fit
from .systems import System, Systems
from .tenant import Tenant
from .yaml_reader import Document, read_yaml

FILES = ("tenant.yaml", "data.yaml", "profile.yaml", "operations.yaml", "replies.yaml")
# Without them the defaults hold.
DEFAULTED = ("safety.yaml", "policy.yaml")
OPTIONAL = ("guide.yaml", "systems.yaml", *DEFAULTED)
M = TypeVar("M", bound=BaseModel)


class _Catalogue(PackModel):
    """operations.yaml as a whole."""

    caller: tuple[Check, ...] = ()
    operations: dict[str, Operation] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was found in a folder: a pack, or problems; `notes` tell what is absent without being wrong."""

    folder: Path
    pack: Pack | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def load_pack(folder: Path, environ: Mapping[str, str] | None = None) -> Pack:
    """The pack in `folder`, with its version. Raises PackError, which holds every problem."""
    loaded = read_folder(folder, environ)
    if loaded.pack is None:
        raise PackError(folder.name, loaded.problems)
    return loaded.pack


def read_folder(folder: Path, environ: Mapping[str, str] | None = None) -> Loaded:
    """The same without raising. `environ` is where variables that name other folders are looked up."""
    if not folder.is_dir():
        return Loaded(folder, None, (Problem(str(folder), 0, 0, "there is no such folder"),))
    reading = _Reading(folder, os.environ if environ is None else environ)
    pack = reading.read()
    problems = PackError(folder.name, reading.problems).problems
    return Loaded(folder, None if problems else pack, problems, tuple(reading.guide.notes))


@dataclass(slots=True)
class _Reading:
    folder: Path
    environ: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    guide: Guide = field(default_factory=Guide)
    systems: dict[str, System] = field(default_factory=dict)

    def read(self) -> Pack | None:
        self._read_files()
        tenant = self._part(Tenant, "tenant.yaml")
        data = self._part(Data, "data.yaml")
        profile = self._part(Profile, "profile.yaml")
        replies = self._part(Replies, "replies.yaml")
        safety = self._part(Safety, "safety.yaml")
        policy = self._part(Policy, "policy.yaml")
        catalogue = self._catalogue()
        languages = tenant.languages if tenant else ()
        if tenant is not None:
            self.guide = read_guide(self.folder, languages, self.environ)
            self.problems += self.guide.problems
            self._check_parts(tenant, data, profile, catalogue, replies)
            if safety is not None:
                report = Report(self.documents["safety.yaml"], tenant.languages)
                check_safety(report, safety, self.documents["safety.yaml"].value)
                self.problems += report.problems
            if policy is not None and policy.training != Training():
                report = Report(self.documents["policy.yaml"], tenant.languages)
                check_policy(report, policy)
                self.problems += report.problems
        self.problems += check_evals(self.folder, catalogue.operations, profile, self.guide.passages)
        if self.problems or tenant is None or data is None or profile is None or replies is None:
            return None
        return Pack(
            tenant=tenant,
            data=data,
            profile=profile,
            caller=catalogue.caller,
            operations=with_builtin(catalogue.operations, replies),
            replies=replies,
            safety=safety or Safety(),
            policy=policy or Policy(),
            systems=self.systems,
            guide=tuple(self.guide.passages),
        ).sealed()

    def _read_files(self) -> None:
        present = {path.name for path in self.folder.iterdir()}
        for name in FILES:
            if name in present:
                self.documents[name] = read_yaml(name, (self.folder / name).read_bytes())
                self.problems += self.documents[name].problems
            else:
                self.documents[name] = Document(name)
                self.problems.append(Problem(name, 0, 0, "the file is missing; every pack has one"))
        for name in DEFAULTED:
            self.documents[name] = Document(name)
            if name in present:
                self.documents[name] = read_yaml(name, (self.folder / name).read_bytes())
                self.problems += self.documents[name].problems
        if "systems.yaml" in present:
            self.documents["systems.yaml"] = read_yaml("systems.yaml", (self.folder / "systems.yaml").read_bytes())
            self.problems += self.documents["systems.yaml"].problems
        for name in sorted(present - {*FILES, *OPTIONAL}):
            meant = suggestion(name, (*FILES, *OPTIONAL))
            if name.endswith((".yaml", ".yml")) and "did you mean" in meant:
                self.problems.append(Problem(name, 0, 0, f"no file of a pack has this name{meant}"))

    def _part(self, model: type[M], name: str) -> M | None:
        document = self.documents[name]
        if document.value is None:
            return None
        part, problems = fit(model, document, document.value)
        self.problems += problems
        return part

    def _catalogue(self) -> _Catalogue:
        """operations.yaml, without the entries that do not fit, so that the others are checked all the same."""
        document = self.documents["operations.yaml"]
        catalogue, problems = fit(_Catalogue, document, document.value) if document.value is not None else (None, [])
        self.problems += problems
        if catalogue is not None or not isinstance(document.value, dict):
            return catalogue or _Catalogue()
        good: dict[str, Any] = {}
        given = document.value.get("operations")
        for name, value in given.items() if isinstance(given, dict) else ():
            operation, _ = fit(Operation, document, value)
            if operation is not None:
                good[name] = operation
        return _Catalogue(operations=good)

    def _check_parts(
        self,
        tenant: Tenant,
        data: Data | None,
        profile: Profile | None,
        catalogue: _Catalogue,
        replies: Replies | None,
    ) -> None:
        reports = {name: Report(document, tenant.languages) for name, document in self.documents.items()}
        facts = fact_names(profile)
        check_tenant(reports["tenant.yaml"], tenant)
        if data is not None:
            check_data(reports["data.yaml"], data)
            self._check_generator(reports["data.yaml"], data)
        if profile is not None:
            check_profile(reports["profile.yaml"], profile, data, self.guide.passages)
        operations, others = reports["operations.yaml"], self._others(reports.get("systems.yaml"), catalogue)
        check_caller(operations, catalogue.caller, facts)
        for name, operation in catalogue.operations.items():
            for message in misuses(profile, data, operation) if profile is not None and data is not None else ():
                operations.add(("operations", name), message)
            check_operation(operations, name, operation, data, facts, others)
        check_recognition(
            reports["profile.yaml"], reports["replies.yaml"], profile, data, catalogue.operations, replies
        )
        check_undo(operations, reports["replies.yaml"], catalogue.operations, replies)
        if replies is not None:
            check_replies(reports["replies.yaml"], replies, facts)
        check_doubles(
            (operations, catalogue.operations),
            (reports["profile.yaml"], profile) if profile else None,
            (reports["replies.yaml"], replies) if replies else None,
        )
        for report in reports.values():
            self.problems += report.problems

    def _others(self, report: Report | None, catalogue: _Catalogue) -> Others:
        """The other systems, with what their documents say."""
        declared = self._part(Systems, "systems.yaml") if report is not None else None
        if report is None or declared is None:
            return Others({}, {})
        descriptions, problems = read_descriptions(report, self.folder, declared.systems)
        self.problems += problems
        self.systems = compiled(declared.systems, descriptions, catalogue.operations.values())
        return Others(declared.systems, descriptions)

    def _check_generator(self, report: Report, data: Data) -> None:
        if not isinstance(data.source, GeneratorSource):
            return
        file = self.folder / "generate.py"
        if not file.is_file():
            report.add(("source",), "the source is a generator, but there is no generate.py in the pack")
            return
        try:
            tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            self.problems.append(Problem("generate.py", line, 1, f"this is not Python: {error}"))
            return
        if not any(isinstance(node, ast.FunctionDef) and node.name == "rows" for node in tree.body):
            message = "generate.py needs a function rows(customers: int, seed: int) -> {table: [row, ...]}"
            self.problems.append(Problem("generate.py", 1, 1, message))
