"""Heads as bytes, to store and to send: a NumPy archive (npz) that holds no pickled objects."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .calibration import Validation
from .errors import HeadUnreadable
from .features import SparseRows, ngram_rows
from .head import Examples, Head
from .language import has_han
from .softmax_regression import Linear

_FORMAT = 2


def pack(head: Head) -> bytes:
    """About 5 KB a label and 1 KB an example."""
    about = {
        "format": _FORMAT,
        "labels": head.labels,
        "temperature": head.temperature,
        "encoder": head.encoder_identity,
        "texts": head.examples.texts,
        "ngram_weight": head.ngram_weight,
    }
    buffer = io.BytesIO()
    # Only few-shot heads have one; without, it is empty.
    kernel = np.empty((0, len(head.labels)), "<f4") if head.kernel is None else head.kernel.astype("<f4")
    # Making them anew takes longer than anything else in opening a head.
    letters = head.example_letters if any(map(has_han, head.examples.texts)) else ngram_rows(())
    np.savez(
        buffer,
        kernel=kernel,
        letter_counts=letters.counts.astype("<i4"),
        letter_indices=letters.indices.astype("<u2"),
        letter_values=letters.values.astype("<f2"),
        about=np.frombuffer(json.dumps(about).encode(), np.uint8),
        weights=head.linear.weights.astype("<f2"),
        bias=head.linear.bias.astype("<f4"),
        example_labels=head.examples.labels.astype("<i4"),
        embeddings=head.examples.embeddings.astype("<f2"),
        confidence=head.validation.confidence.astype("<f4"),
        correct=head.validation.correct,
        familiarity=head.validation.familiarity.astype("<f4"),
    )
    return buffer.getvalue()


def unpack(data: bytes, encoder_identity: str) -> Head:
    """Raises HeadUnreadable for other bytes, and for a head trained with another encoder than the given one."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            about = json.loads(archive["about"].tobytes())
            if about["format"] != _FORMAT or about["encoder"] != encoder_identity:
                raise HeadUnreadable(
                    f"head of format {about['format']} for encoder {about['encoder']}, "
                    f"expected {_FORMAT} for {encoder_identity}: train it again"
                )
            return Head(
                tuple(about["labels"]),
                Linear(archive["weights"].astype(np.float32), archive["bias"].astype(np.float32)),
                about["temperature"],
                Examples(
                    tuple(about["texts"]),
                    archive["example_labels"].astype(np.intp),
                    archive["embeddings"].astype(np.float32),
                ),
                Validation(
                    archive["confidence"].astype(np.float32),
                    archive["correct"],
                    archive["familiarity"].astype(np.float32),
                ),
                about["encoder"],
                about["ngram_weight"],
                archive["kernel"].astype(np.float32) if len(archive["kernel"]) else None,
                _letters(archive),
            )
    except (ValueError, KeyError, TypeError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise HeadUnreadable(f"not a head: {error}") from error


def _letters(archive: Mapping[str, NDArray[Any]]) -> SparseRows | None:
    counts = archive["letter_counts"]
    if not len(counts):
        return None
    indices, values = archive["letter_indices"], archive["letter_values"]
    if counts.sum() != len(indices) or len(indices) != len(values):
        raise HeadUnreadable("not a head: its letters do not belong together")
    return SparseRows(counts.astype(np.int32), indices.astype(np.uint16), values.astype(np.float32))
