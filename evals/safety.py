"""How well danger is told from words in context, and what looking for it costs.

    python -m evals.safety                # the fresh part of evals/sets/safety.jsonl
    python -m evals.safety --half open --show
    python -m evals.safety --alarms       # alarms on ordinary messages: the packs' own questions, and ../shared/data
    python -m evals.safety --cost         # microseconds a message

Seconds: no encoder, no stack. The fresh rows were written after the rules, which have not been
changed for them.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from evals.moods import ORDINARY, foreign, texts_of

from careline.models.binomial import lower_bound
from careline.safety import Danger, Watch

ROOT = Path(__file__).resolve().parents[1]
SET = ROOT / "evals/sets/safety.jsonl"
NONE = "none"


@dataclass(frozen=True, slots=True)
class Row:
    """A message, and what it is a sign of ("none")."""

    id: str
    language: str
    half: str
    kind: str
    text: str


def rows(half: str) -> list[Row]:
    """The open rows, the fresh ones, or both ("all")."""
    found = [Row(**json.loads(line)) for line in SET.read_text(encoding="utf-8").splitlines()]
    return [row for row in found if half in ("all", row.half)]


def measure(watch: Watch, chosen: Sequence[Row], show: bool = False) -> Counter[tuple[str, str]]:
    """How often a kind (first) was taken for another (second)."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in chosen:
        alarm = watch.alarm(row.text)
        found = alarm.danger.value if alarm else NONE
        counts[row.kind, found] += 1
        if show and found != row.kind:
            said = row.text[alarm.start : alarm.end] if alarm else ""
            print(f"{row.id:24} {row.text!r}: {found} {said!r}")
    return counts


def table(counts: Counter[tuple[str, str]]) -> Iterator[str]:
    """Precision and recall by kind, then of any alarm at all, with what is exceeded with a certainty of 95 %."""
    yield f"{'':12} {'precision':>26} {'recall':>26}"
    for kind in (*Danger, "any alarm"):
        wanted = {kind} if kind in set(Danger) else set(Danger)
        hit = sum(n for (true, found), n in counts.items() if true in wanted and found in wanted)
        said = sum(n for (_, found), n in counts.items() if found in wanted)
        true = sum(n for (each, _), n in counts.items() if each in wanted)
        yield f"{kind:12} {_share(hit, said):>26} {_share(hit, true):>26}"


def _share(hit: int, of: int) -> str:
    return f"{hit}/{of} {hit / max(1, of):.1%} (> {lower_bound(hit, of, 0.05):.0%})"


def ordinary(data: Path) -> Iterator[tuple[str, list[str]]]:
    """Messages that nobody wrote to alarm anybody, by where they are from."""
    for name in ORDINARY:
        yield name, list(texts_of(ROOT / name))
    for name in ("clinc150", "banking77"):
        yield name, list(foreign(data / name))


def alarms(watch: Watch, data: Path, show: bool) -> None:
    for name, texts in ordinary(data):
        if not texts:
            print(f"{name:34} absent")
            continue
        found = [(text, alarm) for text in texts if (alarm := watch.alarm(text))]
        print(f"{name:34} {len(found):5} of {len(texts):5} {dict(Counter(a.danger.value for _, a in found))}")
        for text, alarm in found if show else ():
            print(f"    {alarm.danger:10} {text[alarm.start : alarm.end]!r} in {text!r}")


def cost(watch: Watch, repeat: int = 20) -> None:
    """By language: the median over messages of the fastest look at each."""
    for language in ("en", "zh"):
        texts = [row.text for row in rows("all") if row.language == language and row.kind == NONE]
        times = sorted(min(_timed(watch, text) for _ in range(repeat)) for text in texts)
        middle, slowest = median(times) * 1e6, times[-1] * 1e6
        print(f"{language}: median {middle:.1f} us, slowest {slowest:.1f} us of {len(texts)} messages")


def _timed(watch: Watch, text: str) -> float:
    start = time.perf_counter()
    watch.alarm(text)
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(prog="evals.safety", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--half", choices=("fresh", "open", "all"), default="fresh")
    parser.add_argument("--alarms", action="store_true")
    parser.add_argument("--cost", action="store_true")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--show", action="store_true", help="print what is wrong")
    options = parser.parse_args()
    watch = Watch()
    if options.alarms:
        alarms(watch, options.data, options.show)
    if options.cost:
        cost(watch)
    if options.alarms or options.cost:
        return 0
    for language in ("en", "zh"):
        print(language)
        chosen = [row for row in rows(options.half) if row.language == language]
        print("\n".join(table(measure(watch, chosen, options.show))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
