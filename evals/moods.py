"""How well feelings are told from words alone, on our own examples and on messages that hardly have any.

    python -m evals.moods                     # the held-out half (even numbers) of evals/sets/moods.jsonl
    python -m evals.moods --half open --show  # the half that cues were written on
    python -m evals.moods --alarms            # feelings found in the packs' own questions, and in ../shared/data

Seconds: no encoder, no stack.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from careline.contracts.mood import Emotion
from careline.models.moods import mood_of

ROOT = Path(__file__).resolve().parents[1]
SET = ROOT / "evals/sets/moods.jsonl"
ORDINARY = ("tenants/shop/evals/open.jsonl", "evals/sets/shop-dev-a.jsonl", "evals/sets/shop-dev-b.jsonl")


def rows(half: str) -> list[dict[str, str]]:
    """The rows of one half, or of both ("all")."""
    found = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]
    return [row for row in found if half == "all" or (int(row["id"][-2:]) % 2 == 0) is (half == "held")]


def measure(half: str, show: bool = False) -> dict[str, Counter[tuple[str, str]]]:
    """By language: how often an emotion (first) was taken for another (second)."""
    counts: dict[str, Counter[tuple[str, str]]] = {"en": Counter(), "zh": Counter()}
    for row in rows(half):
        found = mood_of(row["text"])
        counts[row["language"]][row["emotion"], found.emotion.value] += 1
        if show and found.emotion != row["emotion"]:
            print(f"{row['id']:22} {row['text']!r}: {found.emotion.value} {found.intensity}")
    return counts


def table(counts: Counter[tuple[str, str]]) -> Iterator[str]:
    """Precision, recall and F1 by emotion, and the accuracy."""
    yield f"{'':16} {'precision':>9} {'recall':>9} {'F1':>9}"
    for emotion in Emotion:
        hit = counts[emotion.value, emotion.value]
        said = sum(n for (_, found), n in counts.items() if found == emotion.value)
        true = sum(n for (wanted, _), n in counts.items() if wanted == emotion.value)
        precision, recall, f1 = hit / max(1, said), hit / max(1, true), 2 * hit / max(1, said + true)
        yield f"{emotion.value:16} {precision:9.1%} {recall:9.1%} {f1:9.1%}"
    right = sum(n for (wanted, found), n in counts.items() if wanted == found)
    yield f"{'right':16} {right} of {sum(counts.values())}"


def alarms(data: Path, show: bool) -> None:
    """How many ordinary messages are taken for emotional."""
    texts = {name: list(texts_of(ROOT / name)) for name in ORDINARY}
    for name in ("clinc150", "banking77"):
        texts[name] = list(foreign(data / name))
    for name, messages in texts.items():
        if not messages:
            print(f"{name:34} absent")
            continue
        found = [(text, mood) for text in messages if (mood := mood_of(text)).emotion is not Emotion.NEUTRAL]
        kinds = Counter(mood.emotion.value for _, mood in found)
        print(f"{name:34} {len(found):5} of {len(messages):5} {dict(kinds)}")
        for text, mood in found if show else ():
            print(f"    {mood.emotion.value:16} {mood.intensity:.2f} {text!r}")


def texts_of(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield from (turn["text"] for turn in row.get("turns", [row]))


def foreign(folder: Path) -> Iterator[str]:
    full = folder / "data_full.json"
    if full.is_file():
        yield from (text for text, _ in json.loads(full.read_text(encoding="utf-8"))["train"])
    train = folder / "train.csv"
    if train.is_file():
        yield from (line.rpartition(",")[0].strip('"') for line in train.read_text(encoding="utf-8").splitlines()[1:])


def main() -> int:
    parser = argparse.ArgumentParser(prog="evals.moods", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--half", choices=("held", "open", "all"), default="held")
    parser.add_argument("--alarms", action="store_true")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--show", action="store_true", help="print what is wrong")
    options = parser.parse_args()
    if options.alarms:
        alarms(options.data, options.show)
        return 0
    for language, counts in measure(options.half, options.show).items():
        print(language)
        print("\n".join(table(counts)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
