"""Prompts as versioned files: `<name>.v<number>.md`, in three sections, what is shared by most first.

    === shared ===     the same for everybody: no variables at all
    === pack ===       the same for all turns of a business: sees `pack`
    === turn ===       this turn: sees `turn`

The first two make the system message and the third the user message, so that all prompts of a business begin alike and
the server's prefix cache has read most of each already. Loading refuses a template that would break this order. A
version that is in use is not edited: a change is a new file, and traces tell which one was used.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, Undefined, meta
from jinja2.sandbox import SandboxedEnvironment

from .errors import BadTemplate, UnmarkedText
from .marking import Marked, Trusted

COMMON = Path(__file__).parent / "prompts"
_SECTIONS = {"shared": frozenset[str](), "pack": frozenset({"pack"}), "turn": frozenset({"turn"})}
_HEADING = re.compile(r"^=== (\w+) ===$", re.MULTILINE)
_FILE = re.compile(r"[a-z][a-z_]*\.v[0-9]+\.md")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent. `name` is the template's, with version and digest: `route.v1@3fa9c2d1`; it alone is in
    the repr, for the rest holds a customer's words."""

    system: str = field(repr=False)
    user: str = field(repr=False)
    name: str

    @property
    def chars(self) -> int:
        return len(self.system) + len(self.user)


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """One file. Make the prefix once per pack version: it is the same for every turn."""

    name: str
    _shared: Template
    _pack: Template
    _turn: Template

    @classmethod
    def load(cls, folder: Path, file: str) -> PromptTemplate:
        """Raises BadTemplate. `{% include %}` finds files beside it and those of this package."""
        if not _FILE.fullmatch(file):
            raise BadTemplate(f"{file}: a template is called like route.v1.md")
        environment = _environment(folder)
        try:
            source = (folder / file).read_text(encoding="utf-8")
        except OSError as error:
            raise BadTemplate(f"{file}: cannot be read ({type(error).__name__})") from None
        sections = _sections(file, source)
        made = {name: _compile(environment, file, name, text) for name, text in sections.items()}
        digest = hashlib.sha256(source.encode()).hexdigest()[:8]
        return cls(f"{file.removesuffix('.md')}@{digest}", made["shared"], made["pack"], made["turn"])

    def prefix(self, pack: Mapping[str, object]) -> str:
        """The system message. Raises UnmarkedText, or BadTemplate when `pack` lacks something."""
        return f"{_render(self.name, self._shared, {})}\n{_render(self.name, self._pack, {'pack': pack})}".strip()

    def prompt(self, prefix: str, turn: Mapping[str, object]) -> Prompt:
        """The whole. Raises as `prefix`."""
        return Prompt(prefix, _render(self.name, self._turn, {"turn": turn}).strip(), self.name)


def _environment(folder: Path) -> SandboxedEnvironment:
    # No automatic escaping: `_vouched` lets nothing through that is not escaped already.
    return SandboxedEnvironment(
        loader=FileSystemLoader([folder, COMMON]),
        undefined=StrictUndefined,
        autoescape=False,
        finalize=_vouched,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _vouched(value: object) -> object:
    if isinstance(value, Marked | Trusted):
        return value
    if isinstance(value, Undefined):
        str(value)  # raises jinja's own error, which names it
    raise UnmarkedText(f"a template was given a bare {type(value).__name__}: mark it as data, or vouch for it")


def _sections(file: str, source: str) -> dict[str, str]:
    pieces = _HEADING.split(source)
    if pieces[0].strip() or tuple(pieces[1::2]) != tuple(_SECTIONS):
        raise BadTemplate(
            f"{file}: has the sections {', '.join(_SECTIONS)}, each once, in this order, and nothing else"
        )
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def _compile(environment: SandboxedEnvironment, file: str, section: str, text: str) -> Template:
    try:
        foreign = meta.find_undeclared_variables(environment.parse(text)) - _SECTIONS[section]
        if foreign:
            raise BadTemplate(f"{file}, {section}: sees no {', '.join(sorted(foreign))}; it would break the prefix")
        return environment.from_string(text)
    except TemplateError as error:
        raise BadTemplate(f"{file}, {section}: {error.message}") from None


def _render(name: str, template: Template, values: Mapping[str, object]) -> str:
    try:
        return template.render(values)
    except TemplateError as error:
        raise BadTemplate(f"{name}: {error.message}") from None
