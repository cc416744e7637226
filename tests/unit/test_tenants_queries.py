"""Profile queries: one SELECT, the customer as a parameter, named columns, known tables."""

import pytest

from careline.tenants.queries import QueryError, parse_query

pytestmark = pytest.mark.unit


def test_the_customer_becomes_a_parameter() -> None:
    query = parse_query("SELECT m.id::text AS key, ':customer' AS text FROM members m WHERE m.id = :customer")
    assert query.sql == "SELECT m.id::text AS key, ':customer' AS text FROM members m WHERE m.id = $1::text"
    assert query.columns == ("key", "text")
    assert query.tables == {"members"}


@pytest.mark.parametrize(
    ("text", "columns", "tables"),
    [
        (
            "SELECT a, (SELECT count(*) FROM loans l WHERE l.m = t.id) AS n FROM t WHERE id = :customer",
            "a n",
            "t loans",
        ),
        ('SELECT "limit", t.type FROM t JOIN other o ON o.id = t.id', "limit type", "t other"),
        ("WITH mine AS (SELECT id FROM loans) SELECT count(*) AS n FROM mine", "n", "loans"),
        ("select coalesce(sum(x), 0) as total from t", "total", "t"),
        ("SELECT EXISTS (SELECT 1 FROM admin a WHERE a.user_id = m.id) AS admin FROM m", "admin", "m admin"),
        ("SELECT DISTINCT a FROM t", "a", "t"),
    ],
)
def test_columns_and_tables(text: str, columns: str, tables: str) -> None:
    query = parse_query(text)
    assert query.columns == tuple(columns.split())
    assert query.tables == set(tables.split())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("DELETE FROM members", "single SELECT"),
        ("", "single SELECT"),
        ("SELECT a FROM t; DROP TABLE t", "without ';'"),
        ("SELECT a INTO b FROM t", "INTO is not allowed"),
        ("WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x", "DELETE is not allowed"),
        ("SELECT a FROM t FOR UPDATE", "UPDATE is not allowed"),
        ("SELECT pg_sleep(100) AS a", "PG_SLEEP is not allowed"),
        ("SELECT set_config('careline.tenant', 'other', true) AS a", "SET_CONFIG is not allowed"),
        ("SELECT a FROM t -- x", "comments"),
        ("SELECT a /* x */ FROM t", "comments"),
        ("SELECT a FROM t WHERE id = :user", "only :customer"),
        ("SELECT a FROM control.packs", "write packs without control"),
        ("SELECT count(*) FROM t", "needs a name"),
        ("SELECT * FROM t", "needs a name"),
        ("SELECT a, b AS a FROM t", "given to two columns"),
        ("SELECT a FROM t WHERE b = $$x$$", "cannot read"),
        ("SELECT 'unclosed FROM t", "cannot read"),
        ("SELECT a FROM t WHERE " + "x" * 5000, "longer than"),
    ],
)
def test_what_is_refused(text: str, says: str) -> None:
    with pytest.raises(QueryError, match=says):
        parse_query(text)
