"""How well personal data is found, on synthetic sentences of which half may be tuned on.

    python -m evals.privacy [--data ../shared/data/pii_synthetic] [--half report|tune] [--misses KIND] [--cost]
    python -m evals.privacy --alarms      # what is found in CLINC150 and BANKING77, where hardly anything is

The halves are by sentence template (even numbers: tune, odd: report), so that no sentence of the reported half has a
twin in the other. Precision, recall and F1 are over exact spans, one for one. *covered* is the share of wanted spans
all of whose letters and digits are inside findings of any kind: what masking would have taken out. *personal* is the
share of findings that share characters with any annotated span: the rest is masked for nothing. (The set cuts an
address into street, room and code or not, as it happens: for addresses only the last two columns say much.)
Names are found by the words before them, unless the record knows them: the last line gives `find` each sentence's
names as a record would, in small letters and without accents, and so measures the matching alone.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from careline.privacy import Kind, Known, Span, find

KINDS = {
    "EMAIL_ADDRESS": Kind.EMAIL,
    "PHONE_NUMBER": Kind.PHONE,
    "CREDIT_CARD": Kind.CARD,
    "IBAN_CODE": Kind.IBAN,
    "US_SSN": Kind.NATIONAL_ID,
    "US_DRIVER_LICENSE": Kind.DOCUMENT,
    "IP_ADDRESS": Kind.IP,
    "STREET_ADDRESS": Kind.ADDRESS,
    "PERSON": Kind.NAME,
    "DATE_TIME": Kind.BIRTH_DATE,  # only in sentences about a birth: any other date names no person
}
FILE = "synth_dataset_v2.json"


@dataclass
class Counts:
    """By kind: spans wanted, found, found exactly, wholly inside of findings, and found where anything is."""

    wanted: Counter[Kind] = field(default_factory=Counter)
    found: Counter[Kind] = field(default_factory=Counter)
    right: Counter[Kind] = field(default_factory=Counter)
    covered: Counter[Kind] = field(default_factory=Counter)
    personal: Counter[Kind] = field(default_factory=Counter)


def wanted_spans(row: dict[str, Any]) -> list[tuple[Kind, int, int]]:
    """Kind, start and end of what should be found in a sentence."""
    spans = [(KINDS.get(s["entity_type"]), s["start_position"], s["end_position"]) for s in row["spans"]]
    birth = any(word in row["full_text"].lower() for word in ("birth", "born"))
    return [(kind, a, b) for kind, a, b in spans if kind and (kind is not Kind.BIRTH_DATE or birth)]


def inside(text: str, start: int, end: int, found: Sequence[Span]) -> bool:
    """Whether every letter and digit of [start, end) is in one of the findings."""
    taken = {place for span in found for place in range(span.start, span.end)}
    return all(place in taken or not text[place].isalnum() for place in range(start, end))


def count(rows: Sequence[dict[str, Any]], record: bool, misses: str | None) -> Counts:
    """Look for personal data in every sentence, with or without its names as a record."""
    counts = Counts()
    for row in rows:
        text, wanted = row["full_text"], wanted_spans(row)
        known = [Known(_plain(text[a:b]), Kind.NAME) for kind, a, b in wanted if kind is Kind.NAME] if record else []
        found = find(text, known)
        places = {(span.kind, span.start, span.end) for span in found}
        for kind, a, b in wanted:
            counts.wanted[kind] += 1
            counts.right[kind] += (kind, a, b) in places
            counts.covered[kind] += inside(text, a, b, found)
            if misses == kind and (kind, a, b) not in places:
                print("missed", repr(text[a:b]), "in", repr(text[max(0, a - 50) : b + 30]))
        for span in found:
            counts.found[span.kind] += 1
            counts.personal[span.kind] += any(
                s["start_position"] < span.end and span.start < s["end_position"] for s in row["spans"]
            )
            if misses == span.kind and (span.kind, span.start, span.end) not in wanted:
                print(
                    "extra ",
                    repr(span.text),
                    span.confidence,
                    "in",
                    repr(text[max(0, span.start - 40) : span.end + 20]),
                )
    return counts


def _plain(name: str) -> str:
    return "".join(s for s in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(s))


def line(name: str, kind: Kind, counts: Counts) -> str:
    wanted, found, right = counts.wanted[kind], counts.found[kind], counts.right[kind]
    precision, recall = right / found if found else 0.0, right / wanted if wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    covered = counts.covered[kind] / wanted if wanted else 0.0
    personal = counts.personal[kind] / found if found else 0.0
    shares = f"{precision:9.1%} {recall:7.1%} {f1:7.1%} {covered:8.1%} {personal:8.1%}"
    return f"{name:20s} {wanted:6d} {found:6d} {right:6d}  {shares}"


def cost(rows: Sequence[dict[str, Any]]) -> str:
    """Microseconds a sentence, the median of five rounds."""
    rounds = []
    for _ in range(5):
        started = time.perf_counter()
        for row in rows:
            find(row["full_text"])
        rounds.append((time.perf_counter() - started) / len(rows))
    length = sum(len(row["full_text"]) for row in rows) // len(rows)
    return f"{sorted(rounds)[2] * 1e6:.0f} us a sentence of {length} characters"


def alarms(data: Path) -> None:
    """Findings by kind in the training messages of two public sets of questions."""
    clinc = json.loads((data / "clinc150/data_full.json").read_text(encoding="utf-8"))
    with (data / "banking77/train.csv").open(encoding="utf-8", newline="") as file:
        banking = [row[0] for row in csv.reader(file)][1:]
    for name, texts in (
        ("CLINC150", [t for part in ("train", "oos_train") for t, _ in clinc[part]]),
        ("BANKING77", banking),
    ):
        kinds = Counter(str(span.kind) for text in texts for span in find(text))
        print(f"{name}: {len(texts)} messages, {kinds.total()} findings {dict(kinds)}")


def main() -> None:
    parser = argparse.ArgumentParser(description="How well personal data is found.")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/pii_synthetic"))
    parser.add_argument("--half", choices=("report", "tune"), default="report")
    parser.add_argument("--misses", help="a kind whose misses and extras are shown (tune half only)")
    parser.add_argument("--cost", action="store_true", help="time it, too")
    parser.add_argument("--alarms", action="store_true", help="findings where hardly anything is to be found")
    asked = parser.parse_args()
    if asked.alarms:
        alarms(asked.data.parent)
        return
    if asked.misses and asked.half != "tune":
        parser.error("misses of the reported half stay unseen: add --half tune")
    rows = json.loads((asked.data / FILE).read_text(encoding="utf-8"))
    rows = [row for row in rows if row["template_id"] % 2 == (asked.half == "report")]
    counts = count(rows, record=False, misses=asked.misses)
    print(f"{len(rows)} sentences, half: {asked.half}")
    print(f"{'kind':20s} wanted  found  right  precision  recall      F1  covered personal")
    for kind in dict.fromkeys(KINDS.values()):
        print(line(kind, kind, counts))
    print(line("name, with record", Kind.NAME, count(rows, record=True, misses=None)))
    if asked.cost:
        print(cost(rows))


if __name__ == "__main__":
    main()
