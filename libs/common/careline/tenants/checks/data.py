"""data.yaml and tenant.yaml: names, keys, references, time zone."""

from __future__ import annotations

import re
import zoneinfo

from ..data import CsvSource, Data, Table
from ..tenant import Tenant
from .report import LEAF, Report
from .rows import column_of, table_of

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,50}$")


def check_tenant(report: Report, tenant: Tenant) -> None:
    """Languages are codes and differ, the time zone exists, the title is there in every language."""
    for index, language in enumerate(tenant.languages):
        if not re.fullmatch(r"[a-z]{2,3}", language):
            report.add(("languages", index), f"{language!r} is not a language code such as en or zh")
        if language in tenant.languages[:index]:
            report.add(("languages", index), f"{language!r} is given twice")
    if tenant.time_zone not in zoneinfo.available_timezones():
        report.add(
            ("time_zone",), f"unknown time zone {tenant.time_zone!r}; write one like Europe/Berlin or Asia/Shanghai"
        )
    report.words(("title",), tenant.title, LEAF)


def check_data(report: Report, data: Data) -> None:
    """Tables have keys that exist, references lead somewhere, the customer is a column."""
    for name, table in data.tables.items():
        if not _NAME.match(name):
            report.add(("tables", name), f"a table's name is lower-case letters, digits and _, not {name!r}")
        _check_table(report, name, table, data)
    customer = table_of(report, ("customer", "table"), data, data.customer.table)
    if customer is not None:
        column_of(report, ("customer", "column"), customer, data.customer.column)
    if isinstance(data.source, CsvSource) and not (data.source.env or data.source.folder):
        report.add(("source",), "a csv source needs env (a variable that names the folder), folder, or both")
    if not isinstance(data.source, CsvSource):
        for name, table in data.tables.items():
            if table.file is not None:
                report.add(("tables", name, "file"), "only a table of a csv source has a file")


def _check_table(report: Report, name: str, table: Table, data: Data) -> None:
    at = ("tables", name)
    if not table.columns:
        report.add((*at, "columns"), "a table needs columns")
    for column in table.columns:
        if column == "tenant":
            report.add((*at, "columns", column), "the column 'tenant' is added by itself; name yours differently")
        elif not _NAME.match(column):
            report.add((*at, "columns", column), f"a column's name is lower-case letters, digits and _, not {column!r}")
    for index, key in enumerate(table.key):
        column_type = column_of(report, (*at, "key", index), table, key)
        if column_type is not None and column_type.nullable:
            report.add((*at, "columns", key), "a key column cannot be nullable; leave out the '?'")
        if key in table.key[:index]:
            report.add((*at, "key", index), f"{key!r} is given twice")
    for column, target in table.references.items():
        place = (*at, "references", column)
        column_of(report, place, table, column)
        other, _, referenced = target.partition(".")
        if not referenced:
            report.add(place, f"a reference is written table.column, not {target!r}")
        elif (target_table := table_of(report, place, data, other)) is not None:
            column_of(report, place, target_table, referenced)
