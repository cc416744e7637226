"""Our writing of fetch and produce beside the client library's own: the same bytes, the same values."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from aiokafka.protocol.fetch import FetchRequest, FetchRequest_v11, FetchResponse_v11
from aiokafka.protocol.metadata import MetadataRequest
from aiokafka.protocol.produce import ProduceRequest, ProduceRequest_v7, ProduceResponse_v7
from hypothesis import given
from hypothesis import strategies as st

from careline.messaging.kafka_wire import (
    QuickFetch,
    QuickFetchResponse,
    QuickProduce,
    QuickProduceResponse,
    quick,
)

pytestmark = pytest.mark.unit

NEWEST = {0: (0, 13), 1: (0, 17)}
names = st.text(min_size=1, max_size=20)
small, large = st.integers(-(2**31), 2**31 - 1), st.integers(-(2**63), 2**63 - 1)
code = st.integers(-(2**15), 2**15 - 1)
blob = st.binary(max_size=40)


def topics(row: st.SearchStrategy[Any]) -> st.SearchStrategy[list[tuple[str, list[Any]]]]:
    return st.lists(st.tuples(names, st.lists(row, max_size=4)), max_size=3)


def written(request: Any, versions: dict[int, tuple[int, int]], client: str = "tester") -> tuple[type, bytes]:
    prepared = request.prepare(versions)
    header = prepared.build_request_header(correlation_id=77, client_id=client)
    return type(prepared), header.encode() + prepared.encode()


@given(topics(st.tuples(small, large, small)), st.integers(0, 1), st.text(max_size=5), names)
def test_a_fetch_has_the_librarys_bytes(asked: Any, isolation: int, rack: str, client: str) -> None:
    plain = FetchRequest(250, 1, 2**20, isolation, asked, rack)
    ours = quick(FetchRequest(250, 1, 2**20, isolation, asked, rack))
    (kind, expected), (our_kind, found) = written(plain, NEWEST, client), written(ours, NEWEST, client)
    assert (kind, our_kind) == (FetchRequest_v11, QuickFetch)
    assert found == expected


@given(topics(st.tuples(small, blob)), st.none() | names)
def test_a_produce_request_has_the_librarys_bytes(sent: Any, transaction: str | None) -> None:
    plain, ours = (ProduceRequest(transaction, -1, 40_000, sent) for _ in range(2))
    (kind, expected), (our_kind, found) = written(plain, NEWEST), written(quick(ours), NEWEST)
    assert (kind, our_kind) == (ProduceRequest_v7, QuickProduce)
    assert found == expected


partition = st.tuples(
    small, code, large, large, large, st.none() | st.lists(st.tuples(large, large), max_size=3), small, st.none() | blob
)


@given(small, code, small, topics(partition))
def test_a_fetchs_answer_reads_as_the_librarys_without_what_says_nothing(
    throttle: int, error: int, session: int, told: Any
) -> None:
    raw = FetchResponse_v11(throttle, error, session, told).encode()
    found, expected = QuickFetchResponse.decode(BytesIO(raw)), FetchResponse_v11.decode(BytesIO(raw))
    for (_, partitions), (_, ours) in zip(expected.topics, found.topics, strict=True):
        assert ours == [each for each in partitions if each[1] or each[-1]]
    assert [name for name, _ in found.topics] == [name for name, _ in expected.topics]
    assert (found.throttle_time_ms, found.error_code, found.session_id) == (throttle, error, session)


@given(topics(st.tuples(small, code, large, large, large)), small)
def test_a_produce_answer_reads_as_the_librarys(told: Any, throttle: int) -> None:
    raw = ProduceResponse_v7(told, throttle).encode()
    assert QuickProduceResponse.decode(BytesIO(raw)) == ProduceResponse_v7.decode(BytesIO(raw))


def test_a_header_in_the_buffer_is_read_first() -> None:
    prepared = quick(ProduceRequest(None, -1, 1, [])).prepare(NEWEST)
    buffer = BytesIO((77).to_bytes(4, "big") + ProduceResponse_v7([("t", [(0, 0, 5, -1, 0)])], 0).encode())
    assert prepared.parse_response_header(buffer).correlation_id == 77
    assert prepared.RESPONSE_TYPE.decode(buffer).topics == [("t", [(0, 0, 5, -1, 0)])]


@given(st.integers(0, 60))
def test_an_answer_cut_short_is_refused(length: int) -> None:
    raw = FetchResponse_v11(0, 0, 0, [("turns", [(0, 0, 1, 1, 0, None, -1, b"records")])]).encode()
    with pytest.raises(Exception, match=r"unpack|ends before|decode"):
        QuickFetchResponse.decode(raw[: min(length, len(raw) - 1)])


def test_older_brokers_get_the_librarys_own() -> None:
    asked = [("turns", [(0, 5, 100)])]
    for version in (4, 7, 10):
        plain, ours = (FetchRequest(250, 1, 100, 0, asked) for _ in range(2))
        assert written(quick(ours), {1: (0, version)}) == written(plain, {1: (0, version)})


def test_other_requests_stay_what_they_are() -> None:
    request = MetadataRequest(["turns"])
    assert quick(request) is request
    assert type(request) is MetadataRequest
