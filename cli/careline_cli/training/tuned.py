"""The encoder tuned to a pack: made from its examples, kept only if it reads those better that it has not seen.

One encoder serves all packs of a stack, for a message's vector travels with it. A tuned one lies in `encoder-tuned`
of the home and is used from the next `careline up` on; without that folder the general one is.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from careline.models.encoder import Encoder
from careline.models.errors import TrainerMissing
from careline.models.tuning.trainer import find_trainer, fine_tune
from careline.tenants.model import Pack
from careline_classifier.domain.examples import Example, examples_of
from careline_classifier.domain.reflex import masker_of

from ..errors import CommandError
from .heldout import Read, read_held_out

Say = Callable[[str], None]


def trainer_of(env: Mapping[str, str], home: Path) -> Path:
    """The Python to fine-tune with. Raises CommandError with the command that installs it."""
    try:
        return find_trainer(env, home)
    except TrainerMissing as error:
        raise CommandError("Fine-tuning needs torch, which is not installed here.", "Run: make trainer") from error


def pairs_of(pack: Pack, examples: Sequence[Example]) -> list[tuple[str, str]]:
    """Masked texts and labels, as the classifier has its messages encoded."""
    masker = masker_of(pack)
    return list(dict.fromkeys((masker.mask(each.text), each.intent.label) for each in examples))


def compare(pack: Pack, general: Encoder, trainer: Path, say: Say) -> tuple[list[Read], list[Read]]:
    """A fifth of the examples read by the general encoder and by one that was tuned to the others."""
    before = read_held_out(pack, lambda _: general, read=1)
    with tempfile.TemporaryDirectory() as place:
        opened: list[Encoder] = []

        def tuned(known: Sequence[Example]) -> Encoder:
            fine_tune(pairs_of(pack, known), Path(place) / "encoder", trainer, say=say)
            opened.append(Encoder.load(Path(place) / "encoder", cache_size=65536))
            return opened[0]

        after = read_held_out(pack, tuned, read=1)
        for encoder in opened:
            encoder.close()
    return before, after


def tune_to_all(pack: Pack, out: Path, trainer: Path, say: Say) -> Path:
    """Tunes to every example of the pack; the folder appears whole or not at all."""
    draft = out.with_name(f"{out.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    fine_tune(pairs_of(pack, examples_of(pack)), draft, trainer, say=say)
    shutil.rmtree(out, ignore_errors=True)
    draft.rename(out)
    return out
