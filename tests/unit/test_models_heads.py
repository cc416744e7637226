"""Training, prediction, calibration and storage of heads, with a stand-in for the encoder's vectors."""

import numpy as np
import pytest

from careline.models import head_format
from careline.models.calibration import Validation, fit_temperature
from careline.models.encoder import Embedding, Encoder
from careline.models.errors import HeadUnreadable, TrainingImpossible
from careline.models.features import DIMENSION, ngram_rows, ngrams
from careline.models.few_shot import train_few
from careline.models.heads import Head, Likeness, rarity_of, train
from careline.models.softmax_regression import fit, softmax

pytestmark = pytest.mark.unit


class LetterEncoder(Encoder):
    """Vectors from the letters: similar spellings point the same way, which is all that these tests need."""

    def __init__(self) -> None:
        self.identity = "letters"

    def encode(self, text: str) -> Embedding:
        vector = ngrams(text).dense().reshape(-1, DIMENSION // 2).sum(axis=0)[:384] + np.float32(1e-3)
        unit: Embedding = vector / np.linalg.norm(vector)
        return unit


EXAMPLES = [
    *(
        (f"please {verb} my order {noun}", "cancel")
        for verb in ("cancel", "stop", "drop")
        for noun in ("now", "today", "")
    ),
    *(
        (f"where is my {noun} {tail}", "track")
        for noun in ("order", "parcel", "package")
        for tail in ("now", "please", "")
    ),
    *((f"{noun}还没有到,{tail}", "track") for noun in ("包裹", "快递") for tail in ("在哪里", "什么时候到")),
    *((f"我想{verb}{noun}", "cancel") for verb in ("取消", "撤销") for noun in ("订单", "这个订单")),
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return LetterEncoder()


@pytest.fixture(scope="module")
def head(encoder: Encoder) -> Head:
    return train(EXAMPLES, encoder)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("can you cancle my order", "cancel"),
        ("where's the parcel", "track"),
        ("取消我的订单", "cancel"),
        ("快递在哪", "track"),
    ],
)
def test_new_wordings_get_their_label(head: Head, encoder: Encoder, text: str, label: str) -> None:
    ranked = head.predict(encoder.encode(text), text)
    assert ranked[0][0] == label
    assert sum(probability for _, probability in ranked) == pytest.approx(1, abs=1e-5)
    assert [probability for _, probability in ranked] == sorted((p for _, p in ranked), reverse=True)


def test_training_repeats(head: Head, encoder: Encoder) -> None:
    again = train([*EXAMPLES, *EXAMPLES], encoder)
    np.testing.assert_array_equal(again.linear.weights, head.linear.weights)
    assert again.temperature == head.temperature


def test_nearest_example_of_the_label(head: Head, encoder: Encoder) -> None:
    found = head.nearest(encoder.encode("where is my parcel"), "where is my parcel", "track")
    assert found.example.startswith("where is my parcel")
    assert found.by is Likeness.MEANING
    other = head.nearest(encoder.encode("where is my parcel"), "where is my parcel", "cancel")
    assert other.similarity < found.similarity


def test_chinese_is_compared_by_its_characters(head: Head, encoder: Encoder) -> None:
    found = head.nearest(encoder.encode("取消这个订单"), "取消这个订单", "cancel")
    assert (found.example, found.by) == ("我想取消这个订单", Likeness.LETTERS)
    assert 0.4 < found.similarity < 1
    with pytest.raises(ValueError, match="not in"):
        head.nearest(encoder.encode("x"), "x", "no such label")


def test_chinese_text_without_chinese_examples(encoder: Encoder) -> None:
    english = train([pair for pair in EXAMPLES if pair[0].isascii()], encoder)
    assert english.nearest(encoder.encode("取消订单"), "取消订单", "cancel").by is Likeness.MEANING


def test_strange_texts_are_less_familiar(head: Head, encoder: Encoder) -> None:
    def familiarity(text: str) -> float:
        return head.familiarity(encoder.encode(text), text)

    assert familiarity("please cancel the order") > familiarity("gibberish zzz qqq") + 0.5


def test_evenly_takes_the_number_of_examples_out_of_the_answer(encoder: Encoder) -> None:
    """The odds of the rare label rise by what it has fewer, in calibrated probabilities; nothing else changes."""
    many = [(f"question {number}", "rare" if number % 4 == 0 else "common") for number in range(400)]
    plain, even = train(many, encoder), train(many, encoder, evenly=True)

    def odds(head: Head, text: str) -> float:
        found = dict(head.predict(encoder.encode(text), text))
        return float(np.log(found["rare"] / found["common"]))

    assert even.temperature == plain.temperature
    for text in ("question 500", "something else"):
        assert odds(even, text) - odds(plain, text) == pytest.approx(np.log(3), abs=1e-3)
    assert even.validation.accuracy < plain.validation.accuracy, "what was seen in cross-validation was seen with it"


def test_rarity_is_nothing_where_labels_have_as_many() -> None:
    np.testing.assert_array_equal(rarity_of(np.asarray([0, 1, 2, 2, 1, 0]), 3), np.zeros(3))
    rare = rarity_of(np.asarray([0, 0, 0, 0, 1]), 2)
    assert rare[1] - rare[0] == pytest.approx(np.log(4))
    assert rare.sum() == pytest.approx(0, abs=1e-6)


def test_training_needs_two_labels(encoder: Encoder) -> None:
    for examples in ([], [("a", "x")], [("a", "x"), ("b", "x")]):
        with pytest.raises(TrainingImpossible, match="at least two labels"):
            train(examples, encoder)


def test_single_examples_train_without_validation(encoder: Encoder) -> None:
    head = train([("cancel order", "cancel"), ("where is it", "track")], encoder)
    assert head.predict(encoder.encode("cancel the order"), "cancel the order")[0][0] == "cancel"
    assert head.temperature == 1
    assert head.validation.threshold(0.9) == 1
    assert head.validation.familiarity_threshold(0.95) == float("-inf")


def test_stored_heads_predict_the_same(head: Head, encoder: Encoder) -> None:
    again = head_format.unpack(head_format.pack(head), encoder.identity)
    for text, _ in EXAMPLES:
        one, two = (dict(h.predict(encoder.encode(text), text)) for h in (head, again))
        assert two == pytest.approx(one, abs=5e-3)
    assert again.examples.texts == head.examples.texts
    assert again.validation.threshold(0.9) == head.validation.threshold(0.9)
    assert (
        again.nearest(encoder.encode("取消"), "取消", "cancel").example
        == head.nearest(encoder.encode("取消"), "取消", "cancel").example
    )


def test_letters_are_stored_where_they_are_needed(head: Head, encoder: Encoder) -> None:
    again = head_format.unpack(head_format.pack(head), encoder.identity)
    fresh = ngram_rows(head.examples.texts)
    np.testing.assert_array_equal(again.example_letters.counts, fresh.counts)
    np.testing.assert_array_equal(again.example_letters.indices, fresh.indices)
    np.testing.assert_allclose(again.example_letters.values, fresh.values, atol=1e-3)
    english = train([pair for pair in EXAMPLES if pair[0].isascii()], encoder)
    unpacked = head_format.unpack(head_format.pack(english), encoder.identity)
    assert len(unpacked.example_letters.counts) == len(english.examples.texts)


def test_the_weight_of_the_letters_is_stored(encoder: Encoder) -> None:
    head = train(EXAMPLES, encoder, ngram_weight=2.0)
    again = head_format.unpack(head_format.pack(head), encoder.identity)
    for text, _ in EXAMPLES:
        one, two = (dict(h.predict(encoder.encode(text), text)) for h in (head, again))
        assert two == pytest.approx(one, abs=5e-3)


def test_examples_lie_by_label(head: Head) -> None:
    assert sorted(head.examples.labels.tolist()) == head.examples.labels.tolist()
    assert set(EXAMPLES) == {
        (text, head.labels[label]) for text, label in zip(head.examples.texts, head.examples.labels, strict=True)
    }


def test_confidence_is_calibrated_on_what_is_named(encoder: Encoder) -> None:
    unseen = [("please cancel it all", "cancel"), ("where is everything", "track"), ("where is my letter", "track")]
    calibrated = train(EXAMPLES, encoder, validation=unseen)
    assert len(calibrated.validation.correct) == len(unseen)
    np.testing.assert_array_equal(calibrated.linear.weights, train(EXAMPLES, encoder).linear.weights)
    # Confidence is told by a model that has not learnt what is named; the head then learns the examples among it.
    wrong = [(text, "cancel" if label == "track" else "track") for text, label in EXAMPLES[:4]]
    poisoned = train([*EXAMPLES[4:], *wrong], encoder, validation=wrong)
    assert poisoned.validation.accuracy < 0.5
    assert {text for text, _ in wrong} < set(poisoned.examples.texts)
    assert {text for text, _ in unseen}.isdisjoint(calibrated.examples.texts)
    with pytest.raises(TrainingImpossible, match="'refund'"):
        train([*EXAMPLES, ("give it back", "refund")], encoder, validation=[("give it back", "refund")])
    with pytest.raises(TrainingImpossible, match="'refund'"):
        train(EXAMPLES, encoder, validation=[("give it back", "refund")])


@pytest.fixture(scope="module")
def small(encoder: Encoder) -> Head:
    return train_few(EXAMPLES, encoder)


@pytest.mark.parametrize(("text", "label"), [("can you cancle my order", "cancel"), ("where's the parcel", "track")])
def test_few_examples_have_a_say_of_their_own(small: Head, encoder: Encoder, text: str, label: str) -> None:
    assert small.predict(encoder.encode(text), text)[0][0] == label
    assert small.validation.accuracy > 0.8
    again = head_format.unpack(head_format.pack(small), encoder.identity)
    assert dict(again.predict(encoder.encode(text), text)) == pytest.approx(
        dict(small.predict(encoder.encode(text), text)), abs=1e-2
    )


def test_few_examples_are_fitted_in_closed_form(encoder: Encoder) -> None:
    """The regression's own equation: with the ridge added, the examples' answers are what was wanted."""
    small = train_few(EXAMPLES, encoder)
    assert small.kernel is not None
    for place, text in enumerate(small.examples.texts):
        logits = {label: small.familiarity(encoder.encode(text), text) for label in small.labels}
        wanted = 10.0 - 0.1 * float(small.kernel[place, small.examples.labels[place]])
        assert logits[small.labels[small.examples.labels[place]]] == pytest.approx(wanted, abs=0.02)


def test_the_names_of_labels_are_examples(encoder: Encoder) -> None:
    named = train_few([("abc def", "lost_card"), ("ghi jkl", "new_pin")], encoder, names=True)
    assert {"lost card", "new pin"} <= set(named.examples.texts)
    assert named.predict(encoder.encode("lost card"), "lost card")[0][0] == "lost_card"


def test_few_means_few(encoder: Encoder) -> None:
    with pytest.raises(TrainingImpossible, match="at least two"):
        train_few([("a", "x")], encoder)
    with pytest.raises(TrainingImpossible, match="not few"):
        train_few([(f"text {number}", str(number % 2)) for number in range(5001)], encoder)


def test_other_bytes_are_refused(head: Head) -> None:
    packed = head_format.pack(head)
    for data in (b"", b"nonsense", packed[:200], packed[:-40]):
        with pytest.raises(HeadUnreadable, match="not a head"):
            head_format.unpack(data, "letters")
    with pytest.raises(HeadUnreadable, match="train it again"):
        head_format.unpack(packed, "another encoder")


def test_regression_reaches_the_optimum() -> None:
    """At the minimum of a convex objective the gradient is zero: checked here by finite differences."""
    random = np.random.default_rng(1)
    rows = random.normal(size=(60, 5)).astype(np.float32)
    labels = (rows[:, 0] > 0).astype(np.intp) + (rows[:, 1] > 1)
    linear = fit(rows, labels, 3, penalty=0.01, iterations=500, tolerance=1e-6)

    def objective(weights: np.ndarray) -> float:
        probabilities = softmax(rows.astype(np.float64) @ weights + linear.bias)
        return float(-np.log(probabilities[np.arange(60), labels]).mean() + 0.005 * (weights**2).sum())

    base = linear.weights.astype(np.float64)
    for place in np.ndindex(base.shape):
        nudge = np.zeros_like(base)
        nudge[place] = 1e-3
        assert abs(objective(base + nudge) - objective(base - nudge)) / 2e-3 < 1e-4


def test_temperature_undoes_overconfidence() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(size=(4000, 4)).astype(np.float32)
    labels = np.asarray([random.choice(4, p=row / row.sum()) for row in softmax(logits).astype(np.float64)])
    assert fit_temperature(np.float32(3) * logits, labels) == pytest.approx(3, rel=0.1)
    assert fit_temperature(np.float32(0.5) * logits, labels) == pytest.approx(0.5, rel=0.1)


def test_threshold_keeps_the_promised_precision() -> None:
    seen = Validation(
        confidence=np.asarray([0.9, 0.8, 0.7, 0.6, 0.6, 0.5], np.float32),
        correct=np.asarray([True, True, False, True, True, False]),
        familiarity=np.arange(6, dtype=np.float32),
    )
    assert seen.threshold(1.0) == pytest.approx(0.8)
    assert seen.threshold(0.8) == pytest.approx(0.6)
    assert seen.threshold(0.1) == pytest.approx(0.5)
    assert seen.accuracy == pytest.approx(4 / 6)
    assert seen.familiarity_threshold(0.8) == pytest.approx(1)
    never = Validation(seen.confidence, np.zeros(6, bool), seen.familiarity)
    assert never.threshold(0.5) == 1


def test_calibration_error_of_certain_mistakes() -> None:
    ones = np.ones(20, np.float32)
    assert Validation(ones, np.ones(20, bool), ones).calibration_error() == pytest.approx(0)
    assert Validation(ones, np.zeros(20, bool), ones).calibration_error() == pytest.approx(1)
