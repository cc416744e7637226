"""Pipelines with and without their parts, measured ones beside published ones, in two drawings. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from ..evaluation.ablations import Measured
from ..evaluation.published import Published
from .charts import WIDTH, svg

_LEFT, _RIGHT, _ROW, _APART = 64, 12, 34, 11
_STEP_CHARS = 5000
# Room above what was measured, so that no dot lies on the border.
_ROOM = 1.05


Fields = tuple[str, str, str, float | None, float | None, float, float | None, str]


@dataclass(frozen=True, slots=True)
class Dot:
    """One configuration. `number` names it in the drawing; `style`: measured without a call of a model
    ("ours"), with ("asked"), or published ("theirs"); `chars` of prompts a question; accuracies in percent; `cost`
    in words."""

    number: int
    label: str
    pipeline: str
    style: str
    system: float | None
    guide: float | None
    mean: float
    chars: float | None
    cost: str


def dots(points: Sequence[Measured], sources: Sequence[Published]) -> list[Dot]:
    """All configurations, ours first, numbered from 1."""
    found: list[Fields] = [
        (point.name, point.label, "asked" if point.calls else "ours", point.system, point.guide, point.mean,
         point.prompt_chars, f"{point.money:g}")
        for point in points
    ]  # fmt: skip
    for source in sources:
        found += [
            (f"{source.title}: {each.label}", _short(each.pipeline, each.levels), "theirs", each.system, each.guide,
             each.mean, each.prompt_chars, "-" if each.relative_cost is None else f"{each.relative_cost:g} %")
            for each in source.points
        ]  # fmt: skip
    return [Dot(number, *fields) for number, fields in enumerate(found, 1)]


def accuracy_chart(all_dots: Sequence[Dot]) -> str:
    """A line for each pipeline; on it a mark for each accuracy: circles for questions that ask for an operation,
    squares for the others, triangles where only the mean is known; full ones are measured here (each run a little above
    the one before), empty ones published.
    """
    rows = sorted({dot.pipeline for dot in all_dots}, key=lambda name: (len(name), name))
    known = [value for dot in all_dots for value in (dot.system, dot.guide, dot.mean) if value is not None]
    low = max(0.0, min(known, default=0.0) // 10 * 10)
    runs = Counter(dot.pipeline for dot in all_dots if dot.style != "theirs")
    step = _ROW + _APART * max(0, max(runs.values(), default=0) - 1)
    height = len(rows) * step

    def x(value: float) -> float:
        return _LEFT + (value - low) / max(100.0 - low, 1e-9) * (WIDTH - _LEFT - _RIGHT)

    parts = [_grid(x, low, height)]
    for number, pipeline in enumerate(rows):
        y = (number + 1) * step - _ROW / 2
        above = y - 5
        parts.append(f'<text x="0" y="{y + 4:.0f}">{escape(pipeline)}</text>')
        for dot in (dot for dot in all_dots if dot.pipeline == pipeline):
            parts.append(_marks(dot, x, y + 6 if dot.style == "theirs" else above))
            above -= 0 if dot.style == "theirs" else _APART
    return svg(height + 20, "".join(parts), "accuracy of pipelines, percent")


def cost_chart(all_dots: Sequence[Dot]) -> str:
    """Mean accuracy against characters of prompts a question; the numbers are those of the table."""
    drawn = [dot for dot in all_dots if dot.chars is not None]
    if not drawn:
        return "<p>nothing to draw</p>"
    most = max(max(dot.chars or 0 for dot in drawn) * _ROOM, _STEP_CHARS)
    low = min(dot.mean for dot in drawn) // 10 * 10
    bottom, left, right = 190.0, 30.0, WIDTH - 16.0

    def x(value: float) -> float:
        return left + 10 + value / most * (right - left - 10)

    def y(value: float) -> float:
        return 12 + (100 - value) / max(100 - low, 1e-9) * (bottom - 12)

    parts = [
        f'<line x1="{left}" x2="{right}" y1="{y(v):.1f}" y2="{y(v):.1f}" class="grid"/>'
        f'<text x="{left - 4}" y="{y(v) + 4:.1f}" class="label">{v}</text>'
        for v in range(int(low), 101, 10)
    ]
    parts += [
        f'<text x="{x(v):.1f}" y="{bottom + 16}" class="middle">{v // 1000}k</text>'
        for v in range(0, int(most) + 1, 2 * _STEP_CHARS)
    ]
    beside: dict[tuple[int, int], int] = {}
    for dot in drawn:
        cx, cy = x(dot.chars or 0), y(dot.mean)
        place = (round(cx / 12), round(cy / 12))
        shift = beside.get(place, 0)
        beside[place] = shift + 1
        parts.append(f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="5" class="{dot.style}"/>')
        parts.append(f'<text x="{cx + 8 + 14 * shift:.1f}" y="{cy + 4:.1f}">{dot.number}</text>')
    return svg(bottom + 22, "".join(parts), "accuracy against prompt characters a question")


def _grid(x: Callable[[float], float], low: float, height: int) -> str:
    return "".join(
        f'<line x1="{x(v):.1f}" x2="{x(v):.1f}" y1="0" y2="{height}" class="grid"/>'
        f'<text x="{x(v):.1f}" y="{height + 15}" class="middle">{v}</text>'
        for v in range(int(low), 101, 20 if low < 50 else 10)
    )


def _marks(dot: Dot, x: Callable[[float], float], y: float) -> str:
    style, words = dot.style, escape(dot.label)
    found = ""
    if dot.system is None and dot.guide is None:
        cx = x(dot.mean)
        found += (
            f'<path d="M{cx - 5:.1f} {y + 4:.1f} h10 l-5 -9 z" class="{style}">'
            f"<title>{words}, mean {dot.mean:g} %</title></path>"
        )
    if dot.guide is not None:
        found += (
            f'<rect x="{x(dot.guide) - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" class="{style}">'
            f"<title>{words}, guide {dot.guide:g} %</title></rect>"
        )
    if dot.system is not None:
        found += (
            f'<circle cx="{x(dot.system):.1f}" cy="{y:.1f}" r="4.5" class="{style}">'
            f"<title>{words}, system {dot.system:g} %</title></circle>"
        )
    return found


def _short(pipeline: str, levels: int | None) -> str:
    letters = "-".join(part[0].upper() for part in pipeline.split("-"))
    return letters.replace("C", f"C{levels}", 1) if levels else letters
