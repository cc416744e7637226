"""The sentence encoder: one text in, one direction in space out; similar meanings point the same way.

all-MiniLM-L6-v2 as int8 ONNX, run by onnxruntime on the processor. It knows English; of a Chinese text it is given the
gloss (`glossary`). One text at a time on one thread without padding: this is the fastest for single messages, and a
text's vector never depends on what else is encoded at the moment.
"""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from . import manifest
from .errors import EncoderBroken
from .glossary import gloss, glossary_version

Embedding = NDArray[np.float32]

DIMENSION = 384
MAX_TOKENS = 256
# Far more characters than 256 tokens ever come from; bounds the tokeniser's work on a giant text.
_MAX_CHARACTERS = 8192


class Encoder:
    """Made by `Encoder.load`. Safe to call from several threads.

    Returned arrays are read-only, since the cache keeps them.
    """

    def __init__(self, session: Any, tokenizer: Tokenizer, identity: str, cache_size: int = 1024) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self.identity = f"{identity}-{glossary_version()}"
        self._cache = _Cache(cache_size)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoder")

    @classmethod
    def load(cls, folder: Path | str, *, cache_size: int = 1024) -> Self:
        """Opens a folder made by `careline.models.convert` (about 0.2 s). Raises EncoderMissing, EncoderBroken."""
        place = Path(folder)
        found = manifest.read(place)
        manifest.verify(place, found)
        return cls.of_graph(place / manifest.GRAPH, place / manifest.TOKENIZER, found.identity, cache_size)

    @classmethod
    def of_graph(cls, graph: Path | bytes, tokenizer_file: Path, identity: str, cache_size: int = 1024) -> Self:
        """From parts, unchecked; `graph` is a file or its bytes. Raises EncoderBroken if they cannot be opened."""
        try:
            tokenizer = Tokenizer.from_file(str(tokenizer_file))
            session = onnxruntime.InferenceSession(
                graph if isinstance(graph, bytes) else str(graph),
                _session_options(),
                providers=["CPUExecutionProvider"],
            )
        except Exception as error:  # the run time raises its own, undocumented types
            raise EncoderBroken(f"cannot open the encoder beside {tokenizer_file}: {error}") from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        return cls(session, tokenizer, identity, cache_size)

    def encode(self, text: str) -> Embedding:
        """Unit vector float32[384] of the first 256 tokens.

        Takes 1 to 2 ms for a short message and blocks meanwhile: on an event loop use `encode_async`.
        """
        if (known := self._cache.get(text)) is not None:
            return known
        tokens = self._tokenizer.encode(gloss(text[:_MAX_CHARACTERS])).ids
        output = self._session.run(None, {"input_ids": np.asarray([tokens], np.int64)})
        embedding: Embedding = output[0][0]
        embedding.setflags(write=False)
        self._cache.put(text, embedding)
        return embedding

    def encode_many(self, texts: Iterable[str]) -> Embedding:
        """float32[len(texts), 384], row by row the same vectors as `encode` gives."""
        rows = [self.encode(text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, DIMENSION), np.float32)

    async def encode_async(self, text: str) -> Embedding:
        """Like `encode`, on the encoder's own thread, so that the event loop goes on meanwhile."""
        if (known := self._cache.get(text)) is not None:
            return known
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.encode, text)

    async def encode_many_async(self, texts: Sequence[str]) -> Embedding:
        """Like `encode_many`; other callers' texts get their turn in between."""
        rows = [await self.encode_async(text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, DIMENSION), np.float32)

    def close(self) -> None:
        """Ends the encoder's thread. Waits for the text in hand."""
        self._thread.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _session_options() -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    # A spinning thread would eat the core that other services wait for.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    options.log_severity_level = 3
    return options


class _Cache:
    """Least recently used texts leave first. Customers repeat themselves, and services encode a text more than once."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[str, Embedding] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, text: str) -> Embedding | None:
        with self._lock:
            if text in self._entries:
                self._entries.move_to_end(text)
            return self._entries.get(text)

    def put(self, text: str, embedding: Embedding) -> None:
        with self._lock:
            self._entries[text] = embedding
            self._entries.move_to_end(text)
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)


def to_bytes(embedding: Embedding) -> bytes:
    """768 bytes (little-endian float16) for the wire; a cosine changes by less than 0.001."""
    return embedding.astype("<f2").tobytes()


def from_bytes(data: bytes) -> Embedding:
    """The unit vector float32[384] that `to_bytes` packed. Raises ValueError for another length."""
    if len(data) != 2 * DIMENSION:
        raise ValueError(f"an embedding has {2 * DIMENSION} bytes, not {len(data)}")
    embedding = np.frombuffer(data, "<f2").astype(np.float32)
    length = float(np.linalg.norm(embedding))
    return embedding / np.float32(length) if length > 0 else embedding
