"""Says every request in other dress, and lists whose outcome changes: slips of the keyboard, politeness, emoji, letter
case, doubled signs, a word of another language.

    python -m evals.robustness shop
    python -m evals.robustness cphos --set ../shared/data/cphos/questions.jsonl

In memory, with classifier and retrieval alone. Graded is what must not change: route, operation, field, arguments, into
how many requests the message is divided, and whether the verifier would doubt it. What names a thing (codes, numbers,
addresses, names) is never touched. Changes are drawn from a fixed seed, so that a failure repeats.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from careline.contracts.understanding import Understanding
from careline.models.encoder import Encoder
from careline.models.language import has_han
from careline_cli.evaluation.questions import Question, load_questions
from careline_verifier.domain.checks.consent import doubtful_request, places_of

from .routing import ROOT, Bench, make_bench

SEED = 11
_NEIGHBOURS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuioposdfghjklkxcvbnmn", strict=True))
# Plain words in small letters; what has digits, capitals or signs in it names something.
_WORD = re.compile(r"(?<![\w@.-])[a-z]{4,}(?![\w@]|[.-]\w)")
_FILLER = {True: ("ok, ", "hi，", "please "), False: ("嗯 ", "您好, ", "拜托 ")}
_POLITE = {
    True: (("你好，", ""), ("麻烦您，", ""), ("", "，谢谢"), ("", "，辛苦了")),
    False: (("Hello, ", ""), ("Good morning! ", ""), ("", " Thank you!"), ("", ", please"), ("Excuse me, ", "")),
}
Change = Callable[[str, random.Random], str]


def typo(text: str, dice: random.Random) -> str:
    """One slip: two letters swapped, one left out, doubled, or its neighbour on the keyboard."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = dice.choice(words)
    # First and last letters are seldom hit, and tell most.
    place = dice.randrange(word.start() + 1, word.end() - 2)
    one, other = text[place], text[place + 1]
    slip = dice.choice((other + one, other, one + one + other, _NEIGHBOURS[one] + other))
    return text[:place] + slip + text[place + 2 :]


def two_typos(text: str, dice: random.Random) -> str:
    return typo(typo(text, dice), dice)


def polite(text: str, dice: random.Random) -> str:
    before, after = dice.choice(_POLITE[has_han(text)])
    return f"{before}{text}{after}"


def emoji(text: str, dice: random.Random) -> str:
    return f"{text} {dice.choice(('🙂', '🙏', '😊😊', '👋', '🏮'))}"


def lower(text: str, dice: random.Random) -> str:
    """Plain words in small letters; what names something keeps its letters."""
    return text[:1].lower() + text[1:]


def upper(text: str, dice: random.Random) -> str:
    return _WORD.sub(lambda word: word.group().upper(), text)


def doubled(text: str, dice: random.Random) -> str:
    """Closing signs three times."""
    return re.sub(r"([?!？！。])$", r"\1\1\1", text) if re.search(r"[?!？！。]$", text) else f"{text}!!"


def filler(text: str, dice: random.Random) -> str:
    """A word of the other language in front."""
    return dice.choice(_FILLER[has_han(text)]) + text


CHANGES: dict[str, Change] = {
    "one typo": typo,
    "two typos": two_typos,
    "polite": polite,
    "emoji": emoji,
    "small letters": lower,
    "capitals": upper,
    "doubled signs": doubled,
    "mixed languages": filler,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What must not change."""

    what: tuple[str, ...]
    arguments: tuple[tuple[str, object], ...]
    doubted: bool

    @classmethod
    def of(cls, bench: Bench, text: str, found: Understanding) -> Outcome:
        requests = (found, *found.further)
        what = tuple(sorted(f"{each.route.value}:{each.operation or each.fact or ''}" for each in requests))
        arguments = tuple((argument.name, argument.value) for each in requests for argument in each.arguments)
        changes = found.operation is not None and bool(bench.pack.operations[found.operation].effect)
        return cls(what, arguments, changes and doubtful_request(text, places_of(found)))


async def run(bench: Bench, questions: Sequence[Question], show: int) -> float:
    """Prints what differs and shares by change; the share of messages in other dress whose outcome stays."""
    same: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for question in questions:
        text = question.steps[0].text
        plain = Outcome.of(bench, text, await bench.read(question, text, ()))
        for name, change in CHANGES.items():
            other = change(text, random.Random(f"{SEED}:{name}:{question.id}"))
            if other == text:
                continue
            found = Outcome.of(bench, other, await bench.read(question, other, ()))
            total[name] += 1
            same[name] += found == plain
            if found != plain and total[name] - same[name] <= show:
                print(f"{name}: {other!r}: {_difference(plain, found)}")
    for name in total:
        print(f"{name:16} {same[name]:5} of {total[name]:5} = {same[name] / total[name]:.1%}")
    share = sum(same.values()) / max(1, sum(total.values()))
    print(f"{'all':16} {sum(same.values()):5} of {sum(total.values()):5} = {share:.1%}")
    return share


def _difference(plain: Outcome, found: Outcome) -> str:
    if plain.what != found.what:
        return f"{', '.join(found.what)}, not {', '.join(plain.what)}"
    if plain.arguments != found.arguments:
        return f"{dict(found.arguments)}, not {dict(plain.arguments)}"
    return "doubted" if found.doubted else "doubted no more"


def main() -> int:
    parser = argparse.ArgumentParser(prog="evals.robustness", description="Requests in other dress.")
    parser.add_argument("pack")
    parser.add_argument("--set", type=Path, dest="questions", help="the pack's open set by default")
    parser.add_argument("--show", type=int, default=10, help="so many differences of each change are listed")
    parser.add_argument("--encoder", type=Path, default=ROOT / ".local/encoder")
    parser.add_argument("--heads", type=Path, default=ROOT / ".local/heads")
    parser.add_argument("--at-least", type=float, default=0.0, help="exit 1 when fewer outcomes stay (0 to 1)")
    options = parser.parse_args()
    questions = load_questions(options.questions or ROOT / "tenants" / options.pack / "evals/open.jsonl")
    bench = make_bench(options.pack, Encoder.load(options.encoder, cache_size=8192), options.heads)
    share = asyncio.run(run(bench, questions, options.show))
    return 0 if share >= options.at_least else 1


if __name__ == "__main__":
    sys.exit(main())
