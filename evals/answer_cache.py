"""How often the answer cache would take one question for another: over all pairs of questions of a pack's guide.

    python -m evals.answer_cache PACK

Two questions of one passage should be the same, two of different passages must not be. Bounds are chosen on one half of
the passages and measured on the other.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from careline.models.encoder import Encoder
from careline.tenants.load import load_pack
from careline.tenants.model import Pack
from careline_executor.domain.likeness import LEAST, Question, alike, question

ROOT = Path(__file__).resolve().parents[1]
_COSINES = (0.70, 0.75, 0.80, 0.85, 0.90, 0.95)
_WORTH_LOOKING = min(_COSINES)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions, and whether they are of one passage."""

    one: Question
    other: Question
    same: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """`hits` of `same` pairs that should be taken for the same, `wrong` of `different` ones that must not."""

    hits: int
    same: int
    wrong: int
    different: int


def half_of(passage: str) -> str:
    """Passages fall into halves by the digest of their document's name, so that neighbours stay together."""
    return "choose" if zlib.crc32(passage.partition("#")[0].encode()) % 2 else "measure"


def pairs(pack: Pack, language: str, half: str, encoder: Encoder) -> Iterator[Pair]:
    """All pairs of questions of one half of the guide."""
    asked = [
        (passage.id, question(text, encoder.encode(text)))
        for passage in pack.guide
        if passage.language == language and half_of(passage.id) == half
        for text in (passage.question, *passage.asked)
        if text
    ]
    for (one, first), (other, second) in combinations(asked, 2):
        yield Pair(first, second, one == other)


def count(every: list[Pair], taken: list[Pair]) -> Counted:
    """Of `every` pair, those `taken` for the same question."""
    same, right = sum(pair.same for pair in every), sum(pair.same for pair in taken)
    return Counted(right, same, len(taken) - right, len(every) - same)


def main() -> None:
    """Prints, for each language, the bounds tried on one half, and the one in use on the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack", type=Path)
    folder: Path = parser.parse_args().pack
    pack = load_pack(folder if folder.is_dir() else ROOT / "tenants" / folder)
    with Encoder.load(ROOT / ".local/encoder") as encoder:
        for language in pack.tenant.languages:
            for half in ("choose", "measure"):
                every = list(pairs(pack, language, half, encoder))
                near = [(pair, float(pair.one.vector @ pair.other.vector)) for pair in every]
                near = [each for each in near if each[1] >= _WORTH_LOOKING]
                for least in _COSINES if half == "choose" else (LEAST[language],):
                    alone = [pair for pair, cosine in near if cosine >= least]
                    used = [pair for pair in alone if alike(pair.one, pair.other, least)]
                    _print(f"{language} {half} cosine {least:.2f} alone", count(every, alone))
                    _print(f"{language} {half} cosine {least:.2f} and words", count(every, used))


def _print(what: str, found: Counted) -> None:
    print(f"{what:36} same {found.hits:5} of {found.same:6}   wrong {found.wrong:5} of {found.different}")


if __name__ == "__main__":
    main()
