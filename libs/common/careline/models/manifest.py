"""The note beside a converted encoder: which files belong to it, their hashes, and whose work it is."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import EncoderBroken, EncoderMissing

NAME = "manifest.json"
GRAPH = "encoder.onnx"
TOKENIZER = "tokenizer.json"
# Raised whenever the conversion itself changes, so that folders of an older one are converted again.
RECIPE = 1

CONVERT_COMMAND = "python -m careline.models.convert --out {folder}"


@dataclass(frozen=True)
class Manifest:
    """`files` and `source` map file names to sha256 hex digests."""

    recipe: int
    model: str
    licence: str
    changes: str
    dimension: int
    max_tokens: int
    source: dict[str, str]
    files: dict[str, str]

    @property
    def identity(self) -> str:
        """Names the vectors: those of another identity must not be compared with these."""
        return f"{self.model.rpartition('/')[2]}-int8-{self.files[GRAPH][:12]}"

    def write(self, folder: Path) -> None:
        (folder / NAME).write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Raises EncoderMissing (with the command that makes it) and EncoderBroken."""
    command = CONVERT_COMMAND.format(folder=folder)
    try:
        content = (folder / NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise EncoderMissing(f"no sentence encoder in {folder}; make it with: {command}") from None
    except OSError as error:
        raise EncoderBroken(f"cannot read {folder / NAME}: {error}") from error
    try:
        return Manifest(**json.loads(content))
    except (ValueError, TypeError) as error:
        raise EncoderBroken(f"{folder / NAME} is damaged ({error}); make it again with: {command}") from error


def verify(folder: Path, manifest: Manifest) -> None:
    """Raises EncoderBroken if a file is absent or not the one that was converted, or is of another recipe."""
    command = CONVERT_COMMAND.format(folder=folder)
    if manifest.recipe != RECIPE:
        raise EncoderBroken(f"{folder} was converted by recipe {manifest.recipe}, not {RECIPE}; again: {command}")
    for name in (GRAPH, TOKENIZER):
        path = folder / name
        if not path.is_file() or sha256(path) != manifest.files.get(name):
            raise EncoderBroken(f"{path} is absent or not the converted file; make it again with: {command}")


def sha256(path: Path) -> str:
    """Hex digest of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
