"""Checks docker-compose.yml and deploy/k8s against their schemas, offline. Prints each problem; exits 1 if any.

Kustomize itself is not needed: our kustomizations list resources and change only names of images, replica counts and
the name space, so that every resource file is valid by itself or not at all.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml

ROOT = Path(__file__).resolve().parent.parent
KUBERNETES = "1.34"
# What our checks cover; anything else in a kustomization would need kustomize to be understood.
UNDERSTOOD = {"apiVersion", "kind", "namespace", "resources", "components", "replicas", "images"}


def compose_problems(path: Path) -> Iterator[str]:
    """Against the compose specification's own schema (a copy comes with check-jsonschema)."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        yield f"{path.name}: {done.stdout.strip() or done.stderr.strip()}"
    services = {path.name for path in (ROOT / "services").iterdir() if (path / "pyproject.toml").is_file()}
    absent = services - set(yaml.safe_load(path.read_text())["services"])
    if absent:
        yield f"{path.name}: lacks the services {sorted(absent)}"


def resources_of(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every resource a kustomization reaches, with its file. Raises ValueError for what cannot be understood."""
    file = folder / "kustomization.yaml"
    content = yaml.safe_load(file.read_text())
    if extra := set(content) - UNDERSTOOD:
        raise ValueError(f"{file}: {sorted(extra)} is not understood by this check; extend it first")
    for name in (*content.get("resources", ()), *content.get("components", ())):
        target = folder / name
        if target.is_dir():
            yield from resources_of(target)
        elif target.is_file():
            yield from ((target, document) for document in yaml.safe_load_all(target.read_text()) if document)
        else:
            raise ValueError(f"{file}: {name} does not exist")


def kubernetes_problems(folder: Path) -> Iterator[str]:
    """Each resource against the Kubernetes schema (strict), no two of one name, a deployment for each service."""
    try:
        found = list(resources_of(folder))
    except (OSError, ValueError, yaml.YAMLError) as error:
        yield str(error)
        return
    seen: dict[tuple[str, str], Path] = {}
    for file, resource in found:
        where = f"{file.relative_to(ROOT)}: {resource.get('kind')}/{resource.get('metadata', {}).get('name')}"
        try:
            kubernetes_validate.validate(resource, KUBERNETES, strict=True)
        except kubernetes_validate.ValidationError as error:
            yield f"{where}: {'.'.join(map(str, error.path))}: {error.message}"
        key = (str(resource.get("kind")), str(resource.get("metadata", {}).get("name")))
        if key in seen:
            yield f"{where}: is in {seen[key].relative_to(ROOT)} already"
        seen[key] = file
    services = {path.name for path in (ROOT / "services").iterdir() if (path / "pyproject.toml").is_file()}
    if absent := services - {name for kind, name in seen if kind == "Deployment"}:
        yield f"{folder.relative_to(ROOT)}: no deployment for {sorted(absent)}"


def main() -> int:
    problems = [*compose_problems(ROOT / "docker-compose.yml")]
    for folder in (ROOT / "deploy/k8s/base", *sorted((ROOT / "deploy/k8s/overlays").iterdir())):
        problems += kubernetes_problems(folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    print("manifests: " + (f"{len(problems)} problem(s)" if problems else "valid"))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
