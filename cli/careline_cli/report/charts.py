"""Charts as inline SVG. Pure: numbers in, markup out; colours come from the page's style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH = 640
_ROW = 26
_LABEL = 170


def share_bars(counts: Mapping[str, tuple[int, int]]) -> str:
    """A bar for each label: right of rows, as a share. `counts`: label -> (right, rows)."""
    bars = []
    room = WIDTH - _LABEL - 110
    for number, (label, (right, rows)) in enumerate(counts.items()):
        y = number * _ROW
        share = right / rows if rows else 0.0
        bars.append(
            f'<text x="{_LABEL - 8}" y="{y + 17}" class="label">{escape(label)}</text>'
            f'<rect x="{_LABEL}" y="{y + 5}" width="{room}" height="15" rx="3" class="rest"/>'
            f'<rect x="{_LABEL}" y="{y + 5}" width="{room * share:.1f}" height="15" rx="3" class="right"/>'
            f'<text x="{_LABEL + room + 8}" y="{y + 17}">{share:.1%} ({right}/{rows})</text>'
        )
    return _svg(len(counts) * _ROW + 4, "".join(bars), "share of right rows")


def histogram(values: Sequence[float], unit: str, bins: int = 24) -> str:
    """How often each size occurs, up to the 99th percentile; what lies beyond counts in the last bin."""
    if not values:
        return "<p>nothing was measured</p>"
    ordered = sorted(values)
    top = max(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 1e-9)
    counts = [0] * bins
    for value in ordered:
        counts[min(int(value / top * bins), bins - 1)] += 1
    height, step = 120, WIDTH / bins
    bars = "".join(
        f'<rect x="{n * step + 1:.1f}" y="{height - count / max(counts) * height:.1f}" width="{step - 2:.1f}" '
        f'height="{count / max(counts) * height:.1f}" class="right"><title>{count}</title></rect>'
        for n, count in enumerate(counts)
    )
    middle = ordered[len(ordered) // 2]
    x = min(middle / top, 1.0) * WIDTH
    marks = (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height}" class="mark"/>'
        f'<text x="{min(x + 6, WIDTH - 130):.1f}" y="12">p50 {middle:.0f} {escape(unit)}</text>'
        f'<text x="0" y="{height + 16}">0</text>'
        f'<text x="{WIDTH}" y="{height + 16}" class="label">{top:.0f} {escape(unit)}</text>'
    )
    return _svg(height + 22, bars + marks, f"distribution in {unit}")


def _svg(height: int, body: str, title: str) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">{body}</svg>'
