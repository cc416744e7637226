"""What a question asks for, which sentences have it, and whether a passage says yes or no to it.

Pure functions for English and Chinese, microseconds each; they know no word of any business. The executor chooses with
them, the verifier derives the same again.
"""

from .kinds import Kind, asked, kind_of
from .typed import has_answer
from .verdicts import LEADS, Said, Verdict, lead, said, verdict

__all__ = ["LEADS", "Kind", "Said", "Verdict", "asked", "has_answer", "kind_of", "lead", "said", "verdict"]
