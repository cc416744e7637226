"""data.yaml: the business's tables, and where their rows come from."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from .base import PackModel

ColumnType = Literal["text", "integer", "number", "boolean", "date", "timestamp"]


class Column(PackModel):
    """A column; written `integer?` in the pack when it is nullable."""

    type: ColumnType
    nullable: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"type": value.removesuffix("?"), "nullable": value.endswith("?")}
        return value


class Table(PackModel):
    """A table. `references` maps a column to `table.column`; `file` is the csv's name when it is not `<table>.csv`."""

    key: tuple[str, ...] = Field(min_length=1)
    columns: dict[str, Column]
    references: dict[str, str] = Field(default_factory=dict)
    file: str | None = None


class CustomerKey(PackModel):
    """The column that a signed customer claim is compared with."""

    table: str
    column: str


class GeneratorSource(PackModel):
    """Rows made by the pack's generate.py."""

    kind: Literal["generator"] = "generator"


class CsvSource(PackModel):
    """Rows from csv files in `subfolder` of the folder that the variable `env` names, else of `folder`."""

    kind: Literal["csv"] = "csv"
    env: str | None = None
    folder: str | None = None
    subfolder: str = ""


Source = Annotated[GeneratorSource | CsvSource, Field(discriminator="kind")]


class Data(PackModel):
    """All tables of the business by name."""

    customer: CustomerKey
    source: Source
    tables: dict[str, Table] = Field(min_length=1)


def schema_of(pack: str) -> str:
    """The Postgres schema of a pack's business tables."""
    return "biz_" + pack.replace("-", "_")
