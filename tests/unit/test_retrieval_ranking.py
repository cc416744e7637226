"""What is indexed of a passage, and how two orders become one."""

from __future__ import annotations

import numpy as np
import pytest

from careline.contracts.understanding import Attempt, Route
from careline.models.synonyms import meanings
from careline.tenants.model import GuidePassage
from careline.testing.examples import turn
from careline_retrieval.domain.belief import Belief
from careline_retrieval.domain.fusion import Candidate, fuse
from careline_retrieval.domain.index import digest, terms_of, variants, weigh
from careline_retrieval.domain.question import passages_wanted, words_to_search

pytestmark = pytest.mark.unit


def passage(name: str, text: str, *asked: str) -> GuidePassage:
    return GuidePassage(id=name, document="d", language="en", title="Delivery", question="", asked=asked, text=text)


def test_a_passage_stands_for_its_questions_its_sentences_and_itself_once() -> None:
    found = variants(passage("d#1", "It takes two days. Sundays do not count.", "how long", "how long"))
    assert found == (
        "Delivery",
        "Delivery: Delivery",
        "how long",
        "It takes two days.",
        "Sundays do not count.",
        "It takes two days. Sundays do not count.",
    )


def test_chinese_is_found_by_pairs_of_characters_too() -> None:
    assert {"退货", "货期"} <= set(terms_of("退货期限"))


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    weights = {(t.term, t.passage): t.weight for t in weigh(
        [passage("a", "parcels and lanterns"), passage("b", "parcels and candles"), passage("c", "parcels")]
    )}  # fmt: skip
    rare = next(w for (term, p), w in weights.items() if term.startswith("lantern") and p == "a")
    common = next(w for (term, p), w in weights.items() if term.startswith("parcel") and p == "a")
    assert rare > common > 0


def test_meaning_leads_in_english_and_words_lead_in_chinese() -> None:
    candidates = [Candidate("near", 0.9, 0.0), Candidate("worded", 0.6, 3.0)]
    assert fuse(candidates, 10.0, "en", 1)[0].id == "near"
    assert fuse(candidates, 10.0, "zh", 2)[0].id == "worded"
    # Words decide in English too, where meaning hardly differs.
    assert fuse([Candidate("near", 0.62, 0.0), candidates[1]], 10.0, "en", 1)[0].id == "worded"


def test_ties_are_broken_the_same_way_each_time() -> None:
    tied = [Candidate("b", 0.5, 0.0), Candidate("a", 0.5, 0.0)]
    assert [r.id for r in fuse(tied, 0.0, "en", 2)] == ["a", "b"]
    assert fuse([], 0.0, "en", 2) == ()


def test_a_short_message_is_searched_with_the_one_before() -> None:
    assert words_to_search(turn(), ["how", "much"], ["return"]) == ["how", "much", "return"]
    assert words_to_search(turn(), list("abcd"), ["return"]) == list("abcd")


def test_blamed_evidence_widens_the_search() -> None:
    blamed = Attempt(round=0, stage="retrieval", reason="x", route=Route.GUIDE)
    assert passages_wanted(4, ()) == 4
    assert passages_wanted(4, (blamed, blamed)) == 12


def test_the_digest_tells_texts_apart() -> None:
    assert digest("a") != digest("b")
    assert digest("a") == digest("a")


def test_chinese_words_that_mean_the_same_share_a_key() -> None:
    assert set(terms_of("邮费")) & set(terms_of("运费")) >= {"~运费"}
    # Of words that overlap the longest counts: a mobile number is not the number of a parcel.
    assert meanings("手机号码") == meanings("电话")
    assert meanings("灯笼") == []


def test_a_short_chinese_message_is_searched_with_the_one_before() -> None:
    before = terms_of("退货")
    assert words_to_search(turn(), terms_of("多少"), before) == [*terms_of("多少"), *before]
    whole = terms_of("退货邮费谁付")
    assert words_to_search(turn(), whole, before) == whole


def test_many_witnesses_outweigh_the_nearest_one() -> None:
    # One text of the first passage is nearest to the message, three of the second stand round it a little farther off.
    texts = np.asarray([[0.95, 0.31, 0], [0.9, -0.44, 0], [0.9, -0.2, 0.39], [0.9, -0.2, -0.39]], np.float32)
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    cosines = texts @ np.asarray([1.0, 0.0, 0.0], np.float32)
    assert cosines.argmax() == 0
    assert Belief(texts, np.asarray([0, 1, 1, 1])).of(cosines).argmax() == 1


def test_what_was_learnt_counts_beside_what_is_near() -> None:
    near, believed = Candidate("near", 0.7, 0.0, 0.1), Candidate("believed", 0.6, 0.0, 0.9)
    assert fuse([near, believed], 10.0, "en", 1)[0].id == "believed"
