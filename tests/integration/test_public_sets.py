"""The runners of public sets from their command to their file, on small sets made here and the real encoder."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
SAYINGS = {
    "cancel_order": ["cancel my {}", "please stop the {}", "I no longer want the {}", "undo the {}"],
    "track_order": ["where is my {}", "when does the {} come", "has the {} been sent", "find the {}"],
    "return_item": ["I want to send the {} back", "return the {}", "can the {} go back", "take back my {}"],
}
THINGS = ["order", "parcel", "kettle", "lamp", "book"]


def part(things: list[str]) -> list[list[str]]:
    return [[saying.format(thing), label] for label, each in SAYINGS.items() for saying in each for thing in things]


def run(name: str, folder: Path, *options: str) -> tuple[int, str, dict[str, object]]:
    out = folder / "out.json"
    done = subprocess.run(
        [sys.executable, "-m", f"evals.{name}", str(folder), "--frozen", "--json", str(out), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr, json.loads(out.read_text()) if out.exists() else {}


def test_clinc(tmp_path: Path) -> None:
    outside = [[text, "oos"] for text in ("how tall is the moon", "sing a song in latin", "who won the match")]
    parts = {"train": part(THINGS[:3]), "val": part(THINGS[3:4]), "test": part(THINGS[4:]), "oos_test": outside}
    (tmp_path / "data_full.json").write_text(json.dumps(parts))
    code, said, figures = run("clinc150", tmp_path)
    assert code == 0, said
    assert "in-scope accuracy" in said
    assert figures["labels"] == 3
    assert float(str(figures["accuracy"])) > 0.9
    assert float(str(figures["auroc"])) > 0.9
    assert 0.8 <= float(str(figures["kept"])) <= 1
    assert figures["fine_tuned"] is False


def test_banking(tmp_path: Path) -> None:
    for name, things in (("train", THINGS[:3]), ("test", THINGS[3:])):
        rows = [f'"{text}",{label}' for text, label in part(things)]
        (tmp_path / f"{name}.csv").write_text("\n".join(["text,category", *rows]) + "\n")
    code, said, figures = run("banking77", tmp_path, "--shots", "4", "--seeds", "2")
    assert code == 0, said
    few = figures["few"]
    assert isinstance(few, dict)
    assert len(few["runs"]) == 2
    assert few["accuracy"] > 0.8
    code, said, _ = run("banking77", tmp_path, "--shots", "50")
    assert code == 2
    assert "50 examples" in said


def test_absent_is_exit_3(tmp_path: Path) -> None:
    code, said, figures = run("clinc150", tmp_path)
    assert code == 3
    assert "data_full.json" in said
    assert not figures
