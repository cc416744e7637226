"""How the encoder is fine-tuned; the values were chosen on held-out training examples of the public sets."""

from __future__ import annotations

from dataclasses import dataclass, replace

_FEW = 2500
# With more the averaging has not been measured, and would take twenty minutes.
_MANY = 12_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """`rate` is the network's learning rate, `contrast` the weight of the supervised contrast, `warmth` its
    temperature.

    `share` of the tuned weights, and for the rest of the original ones, makes the encoder (Wortsman et al. 2021, arXiv
    2109.01903): learnt from few examples alone, it forgets what it knew of all other words.

    `branches` and `together`: see `tuning.learning.Plan`.
    """

    epochs: int
    batch: int
    rate: float
    contrast: float
    dropout: float = 0.1
    warmth: float = 0.1
    head_rate: float = 1e-2
    seed: int = 0
    share: float = 1.0
    branches: int = 1
    together: int = 0


MANY = Recipe(epochs=5, batch=64, rate=3e-4, contrast=0.5)
# Of 0.35, 0.5, 0.65, 0.8 and 1, lower shares were surer of held-out examples, and as often right.
SOME = replace(MANY, branches=3, together=3, share=0.5)
FEW = Recipe(epochs=16, batch=128, rate=4e-4, contrast=1.0, share=0.25)


def recipe_for(examples: int) -> Recipe:
    """The one for so many examples: few are seen more often."""
    if examples < _FEW:
        return FEW
    return SOME if examples < _MANY else MANY
