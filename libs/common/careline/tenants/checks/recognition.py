"""profile.yaml, recognise: columns that exist, an address to send to, and words in every language."""

from __future__ import annotations

from collections.abc import Mapping

from ..data import Data
from ..operations import Operation
from ..profile import Profile
from ..replies import RecognitionReplies, Replies
from .report import ANYTHING, LEAF, Report
from .rows import column_of


def check_recognition(
    report: Report,
    wording: Report,
    profile: Profile | None,
    data: Data | None,
    operations: Mapping[str, Operation],
    replies: Replies | None,
) -> None:
    """`report` is of profile.yaml, `wording` of replies.yaml."""
    wanted = profile.recognise if profile else None
    if wanted is not None and wanted.email is None and wanted.phone is None:
        report.add(("recognise",), "a code has to be sent somewhere: name the column email or phone")
    table = data.tables.get(data.customer.table) if data else None
    if wanted is not None and table is not None:
        for index, name in enumerate(wanted.find):
            column_of(report, ("recognise", "find", index), table, name)
        for key in ("email", "phone"):
            name = getattr(wanted, key)
            if name is not None:
                column_of(report, ("recognise", key), table, name)
    needed = wanted is not None or any(operation.assurance == "code" for operation in operations.values())
    if replies is not None and (needed or replies.recognition != RecognitionReplies()):
        message = {"code": LEAF, "title": LEAF, "minutes": LEAF}
        wording.words(("recognition", "message"), replies.recognition.message, message)
        wording.words(("recognition", "needed"), replies.recognition.needed, {"facts": ANYTHING})
