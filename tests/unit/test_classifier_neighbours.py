"""The nearest examples of each intent, and the letters of Chinese ones."""

from __future__ import annotations

import numpy as np
import pytest
from tests.fixtures.understanding import LetterEncoder

from careline.models.features import ngrams, similarity
from careline.models.heads import train
from careline_classifier.domain.neighbours import Neighbours

pytestmark = pytest.mark.unit

EXAMPLES = [
    ("我想取消订单", "cancel"),
    ("包裹在哪里", "track"),
    ("撤销这个订单", "cancel"),
    ("快递什么时候到", "track"),
    ("cancel it", "cancel"),
]


def test_letters_count_a_third_in_chinese() -> None:
    encoder = LetterEncoder()
    head = train(EXAMPLES, encoder)
    message = "取消我的订单"
    embedding, letters = encoder.encode(message), ngrams(message)
    nearest = Neighbours(head).nearest(embedding, letters, range(len(head.labels)))
    found = dict(zip(head.labels, nearest, strict=True))
    for label, value in found.items():
        own = [text for text, other in EXAMPLES if other == label]
        wanted = [
            2 / 3 * float(encoder.encode(text) @ embedding) + similarity(letters, ngrams(text)) / 3 for text in own
        ]
        assert value == pytest.approx(max(wanted), abs=1e-5)
    assert found["cancel"] > found["track"]


def test_meaning_alone_without_letters() -> None:
    encoder = LetterEncoder()
    head = train(EXAMPLES, encoder)
    embedding = encoder.encode("cancel it")
    assert Neighbours(head).nearest(embedding, None, [head.labels.index("cancel")]) == [pytest.approx(1, abs=1e-5)]


def test_a_head_whose_examples_are_in_order_is_not_copied() -> None:
    head = train(EXAMPLES, LetterEncoder())
    assert np.shares_memory(Neighbours(head)._embeddings, head.examples.embeddings)
