"""The documents name only what exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
# A path: has a slash or a known ending, and no placeholder.
PATH = re.compile(r"`([A-Za-z0-9_.][\w./-]*(?:/[\w.-]+|\.(?:py|md|yaml|yml|sql|toml|xml|jsonl|js|html)))`")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
COMMAND = re.compile(r"\bmake ([a-z][a-z-]+)")
# Made at run time, or words with a slash that are no paths.
MADE = re.compile(
    r"^([A-Z_]+/|\.\./shared/|\.local|\.venv|reports|\.env|tenants/<|tenants/tea|/)|<|^(and|text|application)/"
)
ROOTS = ("", "libs/common/", "libs/common/careline/", "cli/", "services/", "tenants/shop/", "tenants/cphos/")


def exists(page: Path, name: str) -> bool:
    near = [page.parent / name, *(ROOT / root / name for root in ROOTS)]
    return any(path.exists() for path in near) or bool(list(ROOT.glob(f"services/*/*/{name}")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_paths_and_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    prose = re.sub(r"```.*?```", "", text, flags=re.S)
    # A file named without its folder, as in "tenant.yaml", speaks of a kind of file.
    named = {name for name in PATH.findall(prose) if "/" in name and not MADE.search(name)}
    absent = sorted(name for name in named | set(LINK.findall(prose)) if not exists(page, name))
    assert not absent, f"{page.relative_to(ROOT)} names what does not exist: {absent}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_make_targets_and_commands_exist(page: Path) -> None:
    from careline_cli.app import COMMANDS

    text = "\n".join(re.findall(r"`[^`\n]+`|```.*?```", page.read_text(encoding="utf-8"), flags=re.S))
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), flags=re.M))
    assert set(COMMAND.findall(text)) <= targets
    commands = {entry.name for entry in COMMANDS}
    assert set(re.findall(r"(?:^|[`\s/])careline ([a-z][a-z-]*)", text)) <= commands


def test_the_readme_has_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme
    assert "make test" in readme
