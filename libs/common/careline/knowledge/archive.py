"""Word and Excel files are zip archives: looked at before a library opens them."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from .errors import DocumentBroken, DocumentLocked, DocumentTooLarge

MAX_UNPACKED = 200_000_000
MAX_PARTS = 5_000
# What one part may unpack to for each packed byte; documents reach 30, bombs 1,000.
MAX_RATIO = 200
_RATIO_FROM = 1_000_000
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_BLOCK = 1_000_000


def check(file: Path, program: str, part: str) -> None:
    """Whether `file` is an archive with `part` in it that unpacks to a bearable size and is whole. Reads all of it in
    blocks; a part never gives more than it declares. Raises DocumentError."""
    with file.open("rb") as opened:
        start = opened.read(8)
    if start == _OLD_OFFICE:
        kind = f"it has a password, or is of an old {program}; save it anew without a password"
        raise DocumentLocked(f"this is no present-day {program} document: {kind}")
    try:
        with zipfile.ZipFile(file) as archive:
            _bounds(archive)
            if part not in archive.namelist():
                raise DocumentBroken(f"this is no {program} document: it has no {part}")
            for info in archive.infolist():
                _whole(archive, info, program)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise DocumentBroken(f"this {program} document is damaged or cut off ({error})") from error


def _bounds(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise DocumentTooLarge(f"the document has {len(parts)} parts, more than {MAX_PARTS}")
    total = sum(info.file_size for info in parts)
    if total > MAX_UNPACKED:
        raise DocumentTooLarge(f"the document unpacks to {total} bytes, more than {MAX_UNPACKED}")
    for info in parts:
        if info.file_size > _RATIO_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise DocumentTooLarge(f"{info.filename} unpacks to {info.file_size} bytes, far more than a text does")


def _whole(archive: zipfile.ZipFile, info: zipfile.ZipInfo, program: str) -> None:
    if info.flag_bits & 0x1:
        raise DocumentLocked(f"the {program} document has a password; save it without")
    with archive.open(info) as opened:
        block = opened.read(_BLOCK)
        if info.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in block.replace(b"\x00", b""):
            raise DocumentBroken(f"{info.filename} declares entities, which no {program} document does")
        while opened.read(_BLOCK):
            pass
