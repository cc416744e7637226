"""From a pydantic model to the schema that constrains the server, and back from its answer to the model.

`response_format` with `json_schema` is the OpenAI form, which vLLM takes as well as its own `structured_outputs`. The
answer is validated again, strictly: a server may ignore the schema, and a hostile one proves nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from .errors import SchemaBroken

M = TypeVar("M", bound=BaseModel)
_NOISE = ("title", "default", "description", "examples")
_PLACES = 8
# vLLM's grammar for a string of bounded length lets a model write bare control characters, which JSON has no room for.
_CONTROLS = re.compile(r"[\x00-\x1f]")
# It counts what is no text as one sign, of which a decoder makes up to three: too long a string, by our count.
_UNDECODED = re.compile("\ufffd+")


@lru_cache(maxsize=256)
def response_format(output: type[BaseModel]) -> dict[str, Any]:
    """For the request's body; the same object each time, not to be changed."""
    schema = _strict(output.model_json_schema(mode="validation"))
    return {"type": "json_schema", "json_schema": {"name": output.__name__, "strict": True, "schema": schema}}


def parse_answer(text: str, output: type[M]) -> M:
    """The answer as `output`; bare control characters count as blanks, undecodable bytes as one sign. Raises
    SchemaBroken, which names places and kinds of mistakes only."""
    readable = _UNDECODED.sub("\ufffd", _CONTROLS.sub(" ", text))
    try:
        return output.model_validate_json(readable, strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        fields = set(output.model_fields)
        places = [f"{_place(one['loc'], fields)} ({one['type']})" for one in found[:_PLACES]]
        raise SchemaBroken(f"the answer is no {output.__name__}: {', '.join(places)}; ask the next tier") from None


def _place(where: tuple[int | str, ...], fields: set[str]) -> str:
    """The field's path. Keys that the server made up are not repeated: they may hold anything."""
    if not where:
        return "the whole"
    if where[0] not in fields:
        return "a field that does not exist"
    return ".".join(
        "[]" if isinstance(part, int) else part if part.isidentifier() and part.isascii() else "?" for part in where
    )[:80]


def _strict(node: Any) -> Any:
    """Every property required, none besides, and no words that only cost tokens: the form that strict mode asks for."""
    if isinstance(node, list):
        return [_strict(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {key: _strict(value) for key, value in node.items() if key not in _NOISE or isinstance(value, dict)}
    if "properties" in made and node.get("type") == "object":
        made |= {"required": list(made["properties"]), "additionalProperties": False}
    return made
