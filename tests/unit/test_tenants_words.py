"""Words: what they say, what they cannot do, and how long they may get."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from careline.tenants.model import Words
from careline.tenants.words import BadTemplate, RenderError, TooLong, render, say, template_references

pytestmark = pytest.mark.unit

CONTEXT: dict[str, Any] = {
    "args": {"order": "LL-1"},
    "facts": {"items": 4, "tier": None},
    "reads": {
        "order": {"total": Decimal("12.5"), "placed": datetime(2026, 1, 1, 9, tzinfo=UTC), "keys": "k"},
        "gone": None,
    },
    "rows": [{"id": 1}, {"id": 2}],
    "day_of": date(2026, 3, 4),
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Order {{ args.order }}: {{ reads.order.total | money }} EUR", "Order LL-1: 12.50 EUR"),
        ("{{ reads.order.placed | day }} {{ day_of | day }}", "2026-01-01 2026-03-04"),
        ("{{ facts.items }} {{ reads.order['keys'] }} {{ reads.order.keys }}", "4 k k"),
        ("[{{ args.missing }}{{ facts.tier }}]", "[]"),
        ("{% for row in rows %}{{ row.id }};{% endfor %}", "1;2;"),
        ("{% if args.missing %}a{% else %}b{% endif %}", "b"),
        ("<b>{{ args.order }} & co</b>", "<b>LL-1 & co</b>"),
        ("{{ rows | map(attribute='id') | join(', ') }}", "1, 2"),
        ("  spaces around  ", "spaces around"),
        ("{{ args.order | lower }}", "ll-1"),
    ],
)
def test_what_is_said(text: str, said: str) -> None:
    assert render(text, CONTEXT) == said


@pytest.mark.parametrize("text", ["{{ x", "{% for %}", "{{ a | nofilter }}", "{% nothing %}", "x" * 9000])
def test_what_is_no_template(text: str) -> None:
    with pytest.raises(BadTemplate):
        render(text, CONTEXT)


@pytest.mark.parametrize(
    "text",
    [
        "{{ nobody }}",
        "{{ reads.order.totl }}",
        "{{ reads.gone.total }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ args.order.upper() }}",
        "{{ range(5) }}",
        "{{ lipsum() }}",
        "{{ 'a' * 100000000 }}",
        "{{ 9 ** 999999 }}",
        "{{ '%999999999d' % 5 }}",
        "{{ reads.order.total.__init__ }}",
        "{{ args.order | money }}",
    ],
)
def test_what_cannot_be_rendered(text: str) -> None:
    with pytest.raises(RenderError):
        render(text, CONTEXT)


def test_a_reply_is_bounded() -> None:
    with pytest.raises(TooLong):
        render("{% for a in rows %}{{ a.text }}{% endfor %}", {"rows": [{"text": "x" * 1000}] * 5})
    loops = "".join(f"{{% for {name} in rows %}}" for name in "abc") + "x" + "{% endfor %}" * 3
    with pytest.raises(TooLong):
        render(loops, {"rows": [{}] * 500})


def test_the_language_or_the_default_or_any() -> None:
    words = Words.model_validate({"en": "hello {{ args.name }}", "zh": "你好{{ args.name }}"})
    context = {"args": {"name": "Bo"}}
    assert say(words, "zh", "en", context) == "你好Bo"
    assert say(words, "fr", "en", context) == "hello Bo"
    assert Words.model_validate({"zh": "是"}).say("fr", "en") == "是"
    assert Words.model_validate("same").say("zh", "en") == "same"


def test_references_leave_loop_variables_out() -> None:
    text = "{{ reads.order.total | money }}{% for row in reads.lines %}{{ row.id }}{% endfor %}{{ args['x'] }}"
    assert template_references(text) == {("reads", "order", "total"), ("reads", "lines"), ("args",)}
