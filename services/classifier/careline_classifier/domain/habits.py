"""How each intent is usually worded: as a question, as a request, of oneself, as the end of something.

Learnt from the pack's examples, as the heads are, but from a few plain signs that a linear model over thousands of
letters cannot weigh: naive Bayes over the signs, softened, each intent against the average of all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from careline.models.forms import Form, form_of
from careline.models.language import has_han

from .examples import Example
from .intents import Intent

# By cross-validation: 0.3 to 0.7 are alike, the signs being anything but independent.
_SHARE = 0.5
# So many examples worded as the average are added to those of each intent.
_PRIOR = 3.0
_RARE, _COMMON = 0.01, 0.99


class Habits:
    """The factor that a message's form is worth for each intent. Immutable."""

    def __init__(self, examples: Iterable[Example]) -> None:
        """Fillings of one template count once."""
        seen: dict[bool, dict[Intent, list[tuple[bool, ...]]]] = {False: defaultdict(list), True: defaultdict(list)}
        for template, example in {each.template: each for each in examples}.items():
            seen[has_han(template)][example.intent.whole].append(_signs(form_of(example.text)))
        self._learnt = {han: _learn(signs) for han, signs in seen.items() if signs}

    def factors(self, form: Form, text: str) -> Mapping[Intent, float]:
        """Above 1 for intents that are usually worded so, below for those that seldom are."""
        if (learnt := self._learnt.get(has_han(text))) is None:
            return {}
        intents, present, absent = learnt
        signs = np.asarray(_signs(form), np.float64)
        factors = np.exp(_SHARE * (present @ signs + absent @ (1.0 - signs)))
        return dict(zip(intents, factors.tolist(), strict=True))


def _signs(form: Form) -> tuple[bool, ...]:
    return (form.question, form.request, form.own, form.may_i, form.ending)


def _learn(
    signs: Mapping[Intent, list[tuple[bool, ...]]],
) -> tuple[list[Intent], NDArray[np.float64], NDArray[np.float64]]:
    """The intents; for each of them and each sign, what the sign is worth when it is there, and when it is not."""
    intents = sorted(signs)
    counts = np.asarray([len(signs[intent]) for intent in intents], np.float64)[:, None]
    present = np.asarray([np.sum(signs[intent], axis=0) for intent in intents], np.float64)
    average = np.clip((present / counts).mean(axis=0), _RARE, _COMMON)
    share = (present + _PRIOR * average) / (counts + _PRIOR)
    return intents, np.log(share / average), np.log((1.0 - share) / (1.0 - average))
