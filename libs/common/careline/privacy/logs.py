"""Log records without personal data, whoever logs them and wherever they go.

On handlers, not on loggers: a logger's filter does not see what its children log.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from types import TracebackType

from .concealing import conceal

_FORMATTER = logging.Formatter()
_log = logging.getLogger("careline")


class Concealing(logging.Filter):
    """Takes personal data out of a record: its message, its traceback and its stack."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrites the record, so that handlers after this one get it masked, too; always lets it through."""
        try:
            said = record.getMessage()
        except Exception as error:  # noqa: BLE001 - arguments that do not fit would be printed as they are
            said = f"a log line that could not be written ({type(error).__name__}): {record.msg!s}"
        record.msg, record.args = conceal(said), None
        if record.exc_info and not record.exc_text:
            record.exc_text = _FORMATTER.formatException(record.exc_info)
        if record.exc_text:
            # Without the exception itself nobody can write it out anew.
            record.exc_text, record.exc_info = conceal(record.exc_text), None
        if record.stack_info:
            record.stack_info = conceal(record.stack_info)
        return True


def install(handlers: Iterable[logging.Handler] | None = None) -> None:
    """Conceal what `handlers` (the root logger's unless given) write, and what ends the process uncaught."""
    for handler in logging.getLogger().handlers if handlers is None else handlers:
        if not any(isinstance(each, Concealing) for each in handler.filters):
            handler.addFilter(Concealing())
    sys.excepthook = _uncaught


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        _log.critical("the process ends", exc_info=(kind, error, trace))
