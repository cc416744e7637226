"""The manifests are valid, and the check would say so if they were not."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("deploy_check", ROOT / "deploy/check.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path: Path, check: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The manifests in a folder where they can be broken."""
    shutil.copytree(ROOT / "deploy/k8s", tmp_path / "deploy/k8s")
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    for service in (ROOT / "services").iterdir():
        (tmp_path / "services" / service.name).mkdir(parents=True)
        shutil.copy(service / "pyproject.toml", tmp_path / "services" / service.name)
    monkeypatch.setattr(check, "ROOT", tmp_path)
    return tmp_path


def test_manifests_are_valid(check: ModuleType) -> None:
    assert check.main() == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "word"),
    [
        ("deploy/k8s/base/gateway/deployment.yaml", "replicas: 2", "replicas: two", "replicas"),
        ("deploy/k8s/base/gateway/deployment.yaml", "readinessProbe:", "readynessProbe:", "readynessProbe"),
        ("deploy/k8s/base/gateway/kustomization.yaml", "service.yaml", "servis.yaml", "servis.yaml does not exist"),
        ("deploy/k8s/base/kustomization.yaml", "  - executor\n", "", "no deployment for ['executor']"),
        ("deploy/k8s/overlays/local/kustomization.yaml", "replicas:", "patches:", "not understood"),
        ("deploy/k8s/base/executor/service.yaml", "name: executor\n  labels", "name: gateway\n  labels", "already"),
    ],
)
def test_a_broken_manifest_is_named(check: ModuleType, copy: Path, file: str, old: str, new: str, word: str) -> None:
    target = copy / file
    assert old in target.read_text()
    target.write_text(target.read_text().replace(old, new, 1))
    problems = "\n".join(check.kubernetes_problems(copy / "deploy/k8s/overlays/local"))
    assert word in problems


@pytest.mark.parametrize(
    ("old", "new"), [("restart: unless", "restrat: unless"), ("  executor:\n", "  executioner:\n")]
)
def test_a_broken_compose_file_is_named(check: ModuleType, copy: Path, old: str, new: str) -> None:
    target = copy / "docker-compose.yml"
    assert old in target.read_text()
    target.write_text(target.read_text().replace(old, new, 1))
    assert list(check.compose_problems(target))
