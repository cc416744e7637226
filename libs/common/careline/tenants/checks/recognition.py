"""profile.yaml, recognise: columns that exist, an address to send to, and words in every language."""

from __future__ import annotations

from collections.abc import Mapping

from ..data import Data
from ..operations import Operation
from ..problems import Path
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
        places: list[tuple[tuple[str | int, ...], str | None]] = [
            (("find", index), name) for index, name in enumerate(wanted.find)
        ]
        for place, name in (*places, (("email",), wanted.email), (("phone",), wanted.phone)):
            if name is not None:
                column_of(report, ("recognise", *place), table, name)
                _check_open(report, ("recognise", *place), profile, data, name)
    needed = wanted is not None or any(operation.assurance == "code" for operation in operations.values())
    if replies is not None and (needed or replies.recognition != RecognitionReplies()):
        message = {"code": LEAF, "title": LEAF, "minutes": LEAF}
        given, ours = replies.recognition, RecognitionReplies()
        wording.default_words(("recognition", "message"), given.message, ours.message, message)
        wording.default_words(("recognition", "needed"), given.needed, ours.needed, {"facts": ANYTHING})


def _check_open(report: Report, at: Path, profile: Profile | None, data: Data | None, name: str) -> None:
    if profile and data and f"{data.customer.table}.{name}" in profile.sealed:
        report.add(at, f"{name} is sealed, and the gateway has no keys to open it")
