"""Durations of a pack: ISO 8601, from weeks to seconds."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator

_TIME = r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
_FORM = re.compile(rf"P(?=\d|T\d)(?:(?P<weeks>\d+)W|(?:(?P<days>\d+)D)?{_TIME})")
_LONGEST = timedelta(days=3660)


def read_duration(value: Any) -> timedelta:
    """`P7D`, `PT30M`, `P1DT12H`. Raises ValueError: YAML's bare numbers would be seconds, which nobody means, and years
    and months have no length of their own."""
    if isinstance(value, timedelta):
        return value
    found = _FORM.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"{value!r} is no duration: write P7D, PT30M or P1DT12H (ISO 8601, weeks to seconds)")
    try:
        length = timedelta(**{unit: int(number) for unit, number in found.groupdict().items() if number})
    except OverflowError:
        length = timedelta.max
    if not timedelta(0) < length <= _LONGEST:
        raise ValueError(f"{value!r} is out of bounds: more than nothing, at most {_LONGEST.days} days")
    return length


# In the published document it is ISO 8601 again.
Duration = Annotated[timedelta, BeforeValidator(read_duration)]
