"""How well a pack's own examples would be understood if they were not in it: the figure to tune by.

    python -m evals.crossvalidation shop

Every fifth example is left out in turn, with all its fillings, and read by what the rest teaches.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from careline.models.encoder import Encoder
from careline.models.text import preload
from careline.tenants.load import load_pack
from careline_classifier.domain.reflex import script_of
from careline_cli.training.heldout import read_held_out

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    parser = argparse.ArgumentParser(prog="evals.crossvalidation")
    parser.add_argument("pack")
    parser.add_argument("--encoder", type=Path, default=ROOT / ".local/encoder")
    parser.add_argument("--verbose", action="store_true", help="print the examples that are misunderstood")
    options = parser.parse_args()
    preload()
    pack = load_pack(ROOT / "tenants" / options.pack)
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    encoder = Encoder.load(options.encoder, cache_size=65536)
    for row in read_held_out(pack, lambda _: encoder):
        kind = f"{script_of(row.text).value} {row.wanted.partition(':')[0]}"
        total[kind] += 1
        right[kind] += row.right
        if options.verbose and not row.right:
            print(f"{row.text!r}: {row.found}, not {row.wanted}")
    for kind in sorted(total):
        print(f"{kind:24} {right[kind]:5} of {total[kind]:5} = {right[kind] / total[kind]:.1%}")
    print(f"{'all':24} {sum(right.values()):5} of {sum(total.values()):5}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
