"""Asks a vLLM server one constrained question: `python ready.py [TIER]`. Exits 0 when it was answered, 1 when not.

/health says that a server listens. Its first answer takes many seconds longer than later ones (kernels and grammars are
compiled), which no customer should wait for: this is the start-up probe.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request

_SECONDS = 120
_SCHEMA = {
    "type": "object",
    "properties": {"ready": {"enum": ["yes"]}},
    "required": ["ready"],
    "additionalProperties": False,
}


def question(model: str) -> bytes:
    """The request's body."""
    form = {"type": "json_schema", "json_schema": {"name": "Ready", "strict": True, "schema": _SCHEMA}}
    body = {"model": model, "messages": [{"role": "user", "content": "Ready?"}], "response_format": form}
    return json.dumps(body | {"max_completion_tokens": 32, "temperature": 0}).encode()


def main(argv: list[str]) -> int:
    model = os.environ.get("CARELINE_MODEL_NAME") or (argv[0] if argv else "small")
    headers = {"Content-Type": "application/json"}
    if key := os.environ.get("CARELINE_MODEL_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    url = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}/v1/chat/completions"
    request = urllib.request.Request(url, question(model), headers)
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as response:  # noqa: S310
            answer = json.load(response)["choices"][0]["message"]["content"]
            return 0 if json.loads(answer) == {"ready": "yes"} else 1
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        sys.stderr.write(f"not ready: {type(error).__name__}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
