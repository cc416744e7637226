"""What must not be in the repository: registry hosts, paths of a machine, big files, secrets."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
# Spelled so that this file does not match itself.
HOSTS = re.compile(
    r"py[p]i\.org|python[h]osted\.org|registry\.np[m]js|repo1?\.ma[v]en|deb\.deb[i]an\.org|crat[e]s\.io|proxy\.gol[a]ng"
)
MACHINE = re.compile(r"(^|[^\w.-])/(work|farm|root|home/\w+)/")
SECRET = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}")


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize(("what", "pattern"), [("registry host", HOSTS), ("machine path", MACHINE), ("secret", SECRET)])
def test_no_file_holds_a(what: str, pattern: re.Pattern[str]) -> None:
    found = []
    for file in tracked():
        if file == Path(__file__):
            continue
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [f"{file.relative_to(ROOT)}:{n}" for n, line in enumerate(lines, 1) if pattern.search(line)]
    assert not found, f"{what} in {found[:10]}"


def test_no_file_is_larger_than_two_megabytes() -> None:
    assert not [file for file in tracked() if file.stat().st_size > 2_000_000]
