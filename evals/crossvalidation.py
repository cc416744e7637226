"""How well a pack's own examples would be understood if they were not in it: the figure to tune by.

    python -m evals.crossvalidation shop

Every fifth example is left out in turn, with all its fillings, and read by what the rest teaches.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from careline.models.encoder import Encoder
from careline.models.text import preload
from careline.tenants.load import load_pack
from careline.tenants.model import Pack
from careline_classifier.domain.choice import Said, choose
from careline_classifier.domain.examples import Example, examples_of
from careline_classifier.domain.forms import form_of
from careline_classifier.domain.habits import Habits
from careline_classifier.domain.reflex import Reflex, script_of, train_reflex
from careline_classifier.domain.values import types_in
from careline_classifier.domain.verbs import verbs_of

ROOT = Path(__file__).resolve().parents[1]
_FOLDS = 5
_NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


def routes(pack: Pack, encoder: Encoder, verbose: bool) -> tuple[Counter[str], Counter[str]]:
    """Examples by script and route: right ones and all."""
    examples = examples_of(pack)
    templates = list(dict.fromkeys(example.template for example in examples))
    order = np.random.default_rng(0).permutation(len(templates))
    fold = {templates[place]: number % _FOLDS for number, place in enumerate(order.tolist())}
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for part in range(_FOLDS):
        known = [each for each in examples if fold[each.template] != part]
        reflex, habits = train_reflex(pack, encoder, known), Habits(known)
        for example in _one_each([each for each in examples if fold[each.template] == part]):
            found = _read(pack, reflex, habits, encoder, example.text)
            kind = f"{script_of(example.text).value} {example.intent.route.value}"
            total[kind] += 1
            right[kind] += found == example.intent.whole.label
            if verbose and found != example.intent.whole.label:
                print(f"{example.text!r}: {found}, not {example.intent.whole.label}")
    return right, total


def _one_each(examples: Sequence[Example]) -> list[Example]:
    return list({example.template: example for example in reversed(examples)}.values())


def _read(pack: Pack, reflex: Reflex, habits: Habits, encoder: Encoder, text: str) -> str:
    masked = reflex.mask(text)
    types = types_in(text, _NOW, ZoneInfo(pack.tenant.time_zone))
    particular = bool(reflex.names(text)) or any(sign.isdigit() for sign in text)
    verbs = {name: verbs_of(operation) for name, operation in pack.operations.items()}
    form = form_of(text)
    said = Said(text, form, particular, verbs, types, reflex.coded(text), habits.factors(form, text))
    return choose(pack, reflex.read(masked, encoder.encode(masked)), said).intent.label


def main() -> int:
    parser = argparse.ArgumentParser(prog="evals.crossvalidation")
    parser.add_argument("pack")
    parser.add_argument("--encoder", type=Path, default=ROOT / ".local/encoder")
    parser.add_argument("--verbose", action="store_true", help="print the examples that are misunderstood")
    options = parser.parse_args()
    preload()
    pack = load_pack(ROOT / "tenants" / options.pack)
    right, total = routes(pack, Encoder.load(options.encoder, cache_size=65536), options.verbose)
    for kind in sorted(total):
        print(f"{kind:24} {right[kind]:5} of {total[kind]:5} = {right[kind] / total[kind]:.1%}")
    print(f"{'all':24} {sum(right.values()):5} of {sum(total.values()):5}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
