"""The start-up of a tier's model server says what is wrong before vLLM is loaded, and keeps the key out of sight."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest
import yaml

pytestmark = pytest.mark.unit

ROOM = Path(__file__).resolve().parents[2] / "deploy/model-server"


@pytest.fixture(scope="module")
def serve() -> ModuleType:
    spec = importlib.util.spec_from_file_location("model_server_serve", ROOM / "serve.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    return folder


def adapter(folder: Path, config: str = '{"r": 4}', weights: bool = True) -> Path:
    folder.mkdir(parents=True)
    (folder / "adapter_config.json").write_text(config)
    if weights:
        (folder / "adapter_model.safetensors").write_bytes(b"")
    return folder


def test_a_tier_is_served_with_its_settings_and_every_adapter(serve: ModuleType, model: Path, tmp_path: Path) -> None:
    shop = adapter(tmp_path / "adapters/shop")
    given = {"CARELINE_MODEL": str(model), "CARELINE_ADAPTERS": str(tmp_path / "adapters"), "PORT": "8123"}
    made = serve.arguments("small", given)
    assert made[made.index("--config") + 1] == str(ROOM / "small.yaml")
    assert made[made.index("--model") + 1] == str(model)
    assert made[made.index("--served-model-name") + 1] == "small"
    assert made[made.index("--port") + 1] == "8123"
    assert made[made.index("--lora-modules") + 1 :] == [f"shop={shop}"]


@pytest.mark.parametrize(
    ("tier", "changes", "words"),
    [
        ("tiny", {}, "one of small, large"),
        ("small", {"CARELINE_MODEL": ""}, "CARELINE_MODEL is not set"),
        ("small", {"CARELINE_MODEL": "/nowhere/at/all"}, "no folder /nowhere/at/all"),
        ("small", {"CARELINE_ADAPTERS": "/nowhere/at/all"}, "CARELINE_ADAPTERS: there is no folder"),
        ("large", {"CARELINE_ADAPTERS": "/tmp"}, "only the small tier"),
    ],
)
def test_what_is_wrong_is_named(
    serve: ModuleType, model: Path, tier: str, changes: Mapping[str, str], words: str
) -> None:
    with pytest.raises(serve.Unusable, match=words):
        serve.arguments(tier, {"CARELINE_MODEL": str(model), **changes})


def test_a_folder_without_a_model_is_named(serve: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(serve.Unusable, match=r"config\.json is missing"):
        serve.arguments("small", {"CARELINE_MODEL": str(tmp_path)})


@pytest.mark.parametrize(
    ("config", "weights", "words"),
    [("no json", True, r"adapter_config\.json cannot be read"), ("{}", False, "safetensors is missing")],
)
def test_a_broken_adapter_is_named(serve: ModuleType, tmp_path: Path, config: str, weights: bool, words: str) -> None:
    adapter(tmp_path / "adapters/tea", config, weights)
    with pytest.raises(serve.Unusable, match=f"tea.*{words}"):
        serve.adapters_of(tmp_path / "adapters")


def test_the_key_is_in_the_environment_and_in_no_argument(serve: ModuleType, model: Path) -> None:
    given = {"CARELINE_MODEL": str(model), "CARELINE_MODEL_KEY": "sk-4711"}
    assert not [each for each in serve.arguments("small", given) if "sk-4711" in each]
    assert serve.environment(given)["VLLM_API_KEY"] == "sk-4711"
    assert "VLLM_API_KEY" not in serve.environment({"CARELINE_MODEL": str(model)})


def test_the_program_exits_2_with_a_line() -> None:
    done = subprocess.run([sys.executable, str(ROOM / "serve.py")], capture_output=True, text=True, check=False, env={})
    assert done.returncode == 2
    assert done.stderr.startswith("model-server: the tier is one of")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("tier", ["small", "large"])
def test_the_settings_hold_what_the_client_relies_on(tier: str) -> None:
    settings = yaml.safe_load((ROOM / f"{tier}.yaml").read_text())
    assert settings["enable-prefix-caching"] is True
    assert settings["enable-prompt-tokens-details"] is True
    assert json.loads(settings["structured-outputs-config"])["disable_any_whitespace"] is True


def test_a_server_that_is_away_is_not_ready() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOM / "ready.py")], capture_output=True, text=True, check=False, env={"PORT": "9"}
    )
    assert done.returncode == 1
    assert done.stderr.startswith("not ready:")
    assert "Traceback" not in done.stderr
