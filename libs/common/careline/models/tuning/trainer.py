"""Fine-tunes the encoder on a set of examples and makes an encoder folder of what came out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from .. import convert, manifest
from ..errors import ModelError, TrainerMissing, TrainingImpossible, TuningFailed
from ..glossary import gloss
from .recipe import Recipe, recipe_for

Say = Callable[[str], None]
INSTALL = "make trainer"
VARIABLE = "CARELINE_TRAINER_PYTHON"
_PROBE = "import torch, numpy, safetensors, tokenizers"


def find_trainer(env: Mapping[str, str], home: Path) -> Path:
    """The Python that has torch: the one named by CARELINE_TRAINER_PYTHON, `home`/trainer, or this one.

    Raises TrainerMissing with the command that installs it.
    """
    named = env.get(VARIABLE)
    for python in [Path(named)] if named else [home / "trainer" / "bin" / "python", Path(sys.executable)]:
        if python.is_file() and _has_torch(python):
            return python
    where = f"{named} (from {VARIABLE})" if named else str(home / "trainer")
    raise TrainerMissing(f"fine-tuning needs torch, which {where} does not have; install it with: {INSTALL}")


def _has_torch(python: Path) -> bool:
    return subprocess.run([python, "-c", _PROBE], capture_output=True, check=False).returncode == 0  # noqa: S603


def fine_tune(
    examples: Sequence[tuple[str, str]],
    out: Path,
    trainer: Path,
    *,
    recipe: Recipe | None = None,
    say: Say = lambda _: None,
) -> manifest.Manifest:
    """Makes `out` an encoder folder tuned to tell the labels of (text, label) pairs apart. Blocks for minutes.

    A folder that the same examples made before is kept. Raises TrainingImpossible, TuningFailed, or another ModelError.
    """
    labels = sorted({label for _, label in examples})
    if len(labels) < 2:
        raise TrainingImpossible(f"fine-tuning needs examples of at least two labels, not of {len(labels)}")
    plan = recipe or recipe_for(len(examples))
    source = convert.find_weights()
    convert.check_weights(source)
    note = _fingerprint(examples, plan)
    if (known := _made_before(out, note)) is not None:
        say(f"{out} was tuned to these examples before")
        return known
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as place:
        task, weights, folder = Path(place) / "task.json", Path(place) / "weights.safetensors", Path(place) / "encoder"
        content = asdict(plan) | {
            "weights": str(source / convert.WEIGHTS),
            "tokenizer": str(source / manifest.TOKENIZER),
            # What the encoder sees of a text.
            "texts": [gloss(text) for text, _ in examples],
            "labels": [labels.index(label) for _, label in examples],
            "threads": os.environ.get("OMP_NUM_THREADS"),
        }
        task.write_text(json.dumps(content), encoding="utf-8")
        _run(trainer, task, weights, say)
        made = convert.convert_tuned(weights, source / manifest.TOKENIZER, folder, note, say)
        shutil.rmtree(out, ignore_errors=True)
        shutil.move(folder, out)
    return made


def _run(trainer: Path, task: Path, out: Path, say: Say) -> None:
    paths = os.pathsep.join([str(Path(__file__).resolve().parents[3]), os.environ.get("PYTHONPATH", "")])
    command = [str(trainer), "-m", "careline.models.tuning", str(task), str(out)]
    errors = task.with_suffix(".errors")
    with errors.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ | {"PYTHONPATH": paths}
        )
        try:
            assert process.stdout is not None
            for line in process.stdout:
                say(line.rstrip())
        finally:
            if process.poll() is None and sys.exc_info()[0] is not None:
                process.kill()
            code = process.wait()
    if code or not out.is_file():
        last = errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        raise TuningFailed(f"fine-tuning ended with status {code}: {' '.join(last)}")


def _fingerprint(examples: Sequence[tuple[str, str]], plan: Recipe) -> str:
    content = json.dumps([list(map(list, examples)), asdict(plan), manifest.RECIPE])
    return sha256(content.encode()).hexdigest()[:16]


def _made_before(out: Path, note: str) -> manifest.Manifest | None:
    try:
        found = manifest.read(out)
        manifest.verify(out, found)
    except ModelError:
        return None
    return found if found.source.get("examples") == note else None
