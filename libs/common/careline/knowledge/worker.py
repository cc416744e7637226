"""`python -m careline.knowledge.worker SECONDS`: reads file names from standard input, answers each with a line.

A process of its own, so that a document that takes all memory or never ends harms nobody but itself.
"""

from __future__ import annotations

import logging
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

from .errors import DocumentBroken, DocumentError, DocumentTooLarge
from .formats import parse
from .sections import Reading
from .wire import written

MEMORY_BYTES = 1024**3


def main(seconds: int) -> None:
    """Ends with its input, or when one document takes longer than `seconds`."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    logging.disable(logging.CRITICAL)
    # What libraries print is no answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for line in sys.stdin:
        # Whoever asked may be gone before it can end this.
        signal.alarm(seconds)
        answers.write(written(_read(Path(line.rstrip("\n")))))
        answers.flush()
        signal.alarm(0)


def _read(file: Path) -> Reading | DocumentError:
    try:
        return parse(file)
    except DocumentError as error:
        return error
    except MemoryError:
        return DocumentTooLarge(f"reading it takes more than {MEMORY_BYTES // 1024**2} MB of memory; split it")
    except RecursionError:
        return DocumentBroken("the document is nested too deeply")
    except Exception as error:  # noqa: BLE001 - whatever a parser makes of rubbish is the document's fault
        return DocumentBroken(f"the document cannot be read ({type(error).__name__}: {error})"[:200])


if __name__ == "__main__":
    main(int(sys.argv[1]))
