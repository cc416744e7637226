"""How the encoder is fine-tuned; the values were chosen on held-out training examples of the public sets."""

from __future__ import annotations

from dataclasses import dataclass

_FEW = 2500


@dataclass(frozen=True, slots=True)
class Recipe:
    """`rate` is the network's learning rate, `contrast` the weight of the supervised contrast, `warmth` its
    temperature."""

    epochs: int
    batch: int
    rate: float
    contrast: float
    dropout: float = 0.1
    warmth: float = 0.1
    head_rate: float = 1e-2
    seed: int = 0


MANY = Recipe(epochs=5, batch=64, rate=3e-4, contrast=0.5)
FEW = Recipe(epochs=12, batch=64, rate=2e-4, contrast=1.0)


def recipe_for(examples: int) -> Recipe:
    """The one for so many examples: few are seen more often."""
    return FEW if examples < _FEW else MANY
