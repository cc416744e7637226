"""Starts vLLM for one tier: `python serve.py small|large [further options of vLLM]`.

Runs where vLLM is installed, with nothing of ours and with the standard library only. It looks at what it is given,
says in a line what is wrong with it (exit 2), and becomes vLLM.

    CARELINE_MODEL       the model: a folder, or a name that vLLM can resolve (required)
    CARELINE_MODEL_NAME  what clients ask for, CARELINE_<TIER>_MODEL there (default: the tier's name)
    CARELINE_ADAPTERS    a folder with one LoRA adapter in each sub-folder, served under that folder's name
    CARELINE_MODEL_KEY   what clients have to send as bearer token (CARELINE_<TIER>_KEY there); none: nothing
    HOST, PORT           where to listen (127.0.0.1, 8000)
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

TIERS = ("small", "large")
ROOM = Path(__file__).resolve().parent


class Unusable(Exception):
    """What is wrong, and where."""


def adapters_of(folder: Path) -> list[str]:
    """name=path of every adapter. Raises Unusable for a folder that is none, or that vLLM would refuse later."""
    if not folder.is_dir():
        raise Unusable(f"CARELINE_ADAPTERS: there is no folder {folder}")
    found = []
    for each in sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")):
        try:
            json.loads((each / "adapter_config.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Unusable(f"{each}: adapter_config.json cannot be read ({type(error).__name__})") from None
        if not (each / "adapter_model.safetensors").is_file():
            raise Unusable(f"{each}: adapter_model.safetensors is missing")
        found.append(f"{each.name}={each}")
    return found


def arguments(tier: str, environ: Mapping[str, str]) -> list[str]:
    """vLLM's arguments. Raises Unusable."""
    if tier not in TIERS:
        raise Unusable(f"the tier is one of {', '.join(TIERS)}, not {tier!r}")
    model = environ.get("CARELINE_MODEL", "")
    if not model:
        raise Unusable("CARELINE_MODEL is not set: the model's folder or name")
    if ("/" in model or model.startswith(".")) and Path(model).exists() and not (Path(model) / "config.json").is_file():
        raise Unusable(f"CARELINE_MODEL: {model} holds no model, config.json is missing")
    if model.startswith(("/", ".")) and not Path(model).is_dir():
        raise Unusable(f"CARELINE_MODEL: there is no folder {model}")
    made = ["--model", model, "--config", str(ROOM / f"{tier}.yaml")]
    made += ["--served-model-name", environ.get("CARELINE_MODEL_NAME") or tier]
    made += ["--host", environ.get("HOST") or "127.0.0.1", "--port", environ.get("PORT") or "8000"]
    if environ.get("CARELINE_ADAPTERS"):
        if tier != "small":
            raise Unusable("CARELINE_ADAPTERS: only the small tier serves adapters")
        if adapters := adapters_of(Path(environ["CARELINE_ADAPTERS"])):
            made += ["--lora-modules", *adapters]
    return made


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What vLLM sees. The key goes by its environment: in the arguments every user of the machine could read it."""
    given = {name: value for name, value in environ.items() if name != "CARELINE_MODEL_KEY"}
    if key := environ.get("CARELINE_MODEL_KEY"):
        given["VLLM_API_KEY"] = key
    return given | {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}


def main(argv: Sequence[str]) -> None:
    try:
        made = arguments(argv[0] if argv else "", os.environ)
    except Unusable as error:
        sys.stderr.write(f"model-server: {error}\n")
        sys.exit(2)
    # The CPU build is a distribution of another name, for which `vllm serve` looks in vain; this works for all builds.
    server = [sys.executable, "-m", "vllm.entrypoints.openai.api_server"]
    os.execve(sys.executable, [*server, *made, *argv[1:]], environment(os.environ))  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
