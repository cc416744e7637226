"""Charts as inline SVG. Pure: numbers in, markup out; colours come from the page's style.

All are drawn as wide as a phone, so that their letters are as large there as the text around them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH = 360
_ROW = 24
_LABEL = 104


def share_bars(counts: Mapping[str, tuple[int, int]]) -> str:
    """A bar for each label: right of rows, as a share. `counts`: label -> (right, rows)."""
    bars = []
    room = WIDTH - _LABEL - 108
    for number, (label, (right, rows)) in enumerate(counts.items()):
        share = right / rows if rows else 0.0
        bars.append(_bar(number, label, share, room, f"{share:.0%} ({right}/{rows})", "right"))
    return svg(len(counts) * _ROW + 4, "".join(bars), "share of right rows")


def count_bars(counts: Mapping[str, int], title: str) -> str:
    """A bar for each label, as long as its part of the largest."""
    room, most = WIDTH - _LABEL - 50, max(counts.values(), default=0) or 1
    bars = [
        _bar(number, label, count / most, room, str(count), "right")
        for number, (label, count) in enumerate(counts.items())
    ]
    return svg(len(counts) * _ROW + 4, "".join(bars), title)


def histogram(values: Sequence[float], unit: str, bins: int = 24) -> str:
    """How often each size occurs, up to the 99th percentile; what lies beyond counts in the last bin."""
    if not values:
        return "<p>nothing was measured</p>"
    ordered = sorted(values)
    top = max(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 1e-9)
    counts = [0] * bins
    for value in ordered:
        counts[min(int(value / top * bins), bins - 1)] += 1
    height, step = 110, WIDTH / bins
    bars = "".join(
        f'<rect x="{n * step + 1:.1f}" y="{height - count / max(counts) * height:.1f}" width="{step - 2:.1f}" '
        f'height="{count / max(counts) * height:.1f}" class="right"><title>{count}</title></rect>'
        for n, count in enumerate(counts)
    )
    middle = ordered[len(ordered) // 2]
    x = min(middle / top, 1.0) * WIDTH
    marks = (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height}" class="mark"/>'
        f'<text x="{min(x + 6, WIDTH - 90):.1f}" y="12">p50 {middle:.0f} {escape(unit)}</text>'
        f'<text x="0" y="{height + 16}">0</text>'
        f'<text x="{WIDTH}" y="{height + 16}" class="label">{top:.0f} {escape(unit)}</text>'
    )
    return svg(height + 22, bars + marks, f"distribution in {unit}")


def svg(height: float, body: str, title: str) -> str:
    """A drawing of the page's width."""
    return f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{escape(title)}">{body}</svg>'


def _bar(number: int, label: str, share: float, room: int, words: str, style: str) -> str:
    y = number * _ROW
    return (
        f'<text x="{_LABEL - 6}" y="{y + 16}" class="label">{escape(label)}</text>'
        f'<rect x="{_LABEL}" y="{y + 5}" width="{room}" height="14" rx="3" class="rest"/>'
        f'<rect x="{_LABEL}" y="{y + 5}" width="{room * min(max(share, 0.0), 1.0):.1f}" height="14" rx="3" '
        f'class="{style}"/><text x="{_LABEL + room + 6}" y="{y + 16}">{escape(words)}</text>'
    )
