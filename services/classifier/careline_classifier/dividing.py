"""Divides a message into its requests: the pure rules of `domain.several`, and the encoder for each piece."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from careline.models.encoder import Embedding

from .domain.several import Piece, Read, joined, next_join, pieces, worth_it

# Reads a text: what it is taken for, and its unit vector.
Reads = Callable[[str], Awaitable[tuple[Read, Embedding]]]


@dataclass(frozen=True, slots=True)
class Part:
    """One request of a message."""

    piece: Piece
    read: Read
    embedding: Embedding


async def divide(text: str, whole: Read, reads: Reads) -> Sequence[Part]:
    """The requests of the message in order; empty when it is one. `whole` is what it was read as."""
    found = list(pieces(text))
    if len(found) < 2:
        return ()
    parts = [Part(piece, *await reads(piece.text)) for piece in found]
    while len(parts) > 1 and (number := _join(parts)) is not None:
        both = joined(text, parts[number].piece, parts[number + 1].piece)
        again = whole, parts[number].embedding
        parts[number : number + 2] = [Part(both, *(again if len(parts) == 2 else await reads(both.text)))]
    return parts if worth_it(whole, [part.piece for part in parts], [part.read for part in parts]) else ()


def _join(parts: Sequence[Part]) -> int | None:
    return next_join([part.piece for part in parts], [part.read for part in parts])
