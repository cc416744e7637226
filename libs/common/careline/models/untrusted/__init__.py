"""Text that speaks to the software instead of to a person: found by its form, with its place. Pure, no model.

What is found is never obeyed, quoted or read as somebody's wish; it is left out, and said to the operator where it
stands in a document. No list of attacks is kept: these are the means by which a text can reach the software at all
(hidden from a reader, marked as somebody else's turn, written for a machine, an order about the answer).
"""

from .document import suspicious, unsupported
from .guide import Vocabulary, left_out, vocabulary
from .message import own_words, parts
from .places import Place, blanked, merged

__all__ = [
    "Place",
    "Vocabulary",
    "blanked",
    "left_out",
    "merged",
    "own_words",
    "parts",
    "suspicious",
    "unsupported",
    "vocabulary",
]
