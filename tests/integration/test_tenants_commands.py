"""The commands as a person calls them: exit codes and what is printed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from careline.contracts.topics import TOPICS

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
MINI = ROOT / "tests" / "data" / "packs" / "mini"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def careline(fresh_database: str) -> Run:
    def run(*arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "careline_cli", *arguments],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": fresh_database, "COLUMNS": "160", **env},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return run


def test_migrate_publish_and_list(careline: Run) -> None:
    first = careline("tenant", "publish", str(MINI))
    assert (first.returncode, "run `careline migrate`" in first.stderr) == (2, True), first.stderr
    told = careline("migrate", "--dry-run")
    assert "would apply storage/0001_control.sql" in told.stdout
    assert "applied storage/0001_control.sql" in careline("migrate").stdout
    assert "up to date" in careline("migrate").stdout

    dry = careline("tenant", "publish", str(MINI), "--dry-run")
    assert "would add: new table members" in dry.stdout
    assert "No tenant" in careline("tenant", "list").stdout
    done = careline("tenant", "publish", str(MINI), "--customers", "5", "--tenant", "branch")
    assert "rows loaded: 5 members, 7 loans" in done.stdout
    assert "(new)" in done.stdout
    again = careline("tenant", "publish", str(MINI), "--tenant", "branch")
    assert "rows kept: 5 members, 7 loans" in again.stdout
    assert "(unchanged)" in again.stdout
    assert "branch" in careline("tenant", "list").stdout


def test_reload_asks_first(careline: Run) -> None:
    careline("migrate")
    careline("tenant", "publish", str(MINI), "--customers", "5")
    refused = careline("tenant", "publish", str(MINI), "--reload")
    assert refused.returncode == 1
    assert "5 members" in careline("tenant", "publish", str(MINI)).stdout
    agreed = careline("tenant", "publish", str(MINI), "--reload", "--yes", "--customers", "4")
    assert "rows loaded: 4 members" in agreed.stdout


def test_check_points_at_file_and_line(careline: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(MINI, broken)
    file = broken / "operations.yaml"
    file.write_text(file.read_text().replace("type: integer", "type: int"))
    line = file.read_text().splitlines().index("        type: int") + 1
    found = careline("tenant", "check", str(broken))
    assert found.returncode == 1
    assert f"{file}:{line}:9: unknown argument type 'int'; did you mean 'integer'?" in found.stdout
    unpublished = careline("tenant", "publish", str(broken))
    assert unpublished.returncode == 2
    assert "unknown argument type" in unpublished.stdout
    assert careline("tenant", "check", str(MINI)).returncode == 0
    nothing = careline("tenant", "check", "no-such-pack")
    assert nothing.returncode == 2
    assert "There is no pack 'no-such-pack'" in nothing.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("generate.py", '"points": chance', '"points": "many", "x": chance', "is not declared in data.yaml"),
        ("generate.py", "def rows(customers: int", "def rows(customers: int, extra: int, more: int", "TypeError"),
        ("profile.yaml", "m.blocked,", "m.blocked_at AS blocked,", "Postgres refuses query 1"),
    ],
)
def test_check_finds_what_publishing_would_refuse(
    careline: Run, tmp_path: Path, file: str, old: str, new: str, says: str
) -> None:
    careline("migrate")
    broken = tmp_path / "broken"
    shutil.copytree(MINI, broken)
    text = (broken / file).read_text()
    assert old in text
    (broken / file).write_text(text.replace(old, new, 1))
    published = careline("tenant", "publish", str(broken))
    assert (published.returncode, says in published.stderr) == (2, True), published.stderr
    checked = careline("tenant", "check", str(broken))
    assert (checked.returncode, says in checked.stdout) == (1, True), checked.stdout
    assert "1 problem in " in checked.stdout
    assert "No tenant" in careline("tenant", "list").stdout


def test_check_finds_tables_that_would_lose_data(careline: Run, tmp_path: Path) -> None:
    careline("migrate")
    careline("tenant", "publish", str(MINI), "--customers", "5")
    smaller = tmp_path / "smaller"
    shutil.copytree(MINI, smaller)
    file = smaller / "data.yaml"
    file.write_text(file.read_text().replace('note: "text?"', 'remark: "text?"'))
    found = careline("tenant", "check", str(smaller))
    assert found.returncode == 1
    assert "note" in found.stdout


def test_a_database_that_is_away_is_one_clear_line(careline: Run, unused_tcp_port: int) -> None:
    url = f"postgresql://owner:secret@127.0.0.1:{unused_tcp_port}/careline"
    for command in (("migrate",), ("tenant", "list")):
        away = careline(*command, DATABASE_URL=url)
        assert away.returncode == 2
        assert "Traceback" not in away.stderr
        assert "secret" not in away.stderr


def test_topics_are_listed_created_and_compared(careline: Run, kafka: str) -> None:
    listed = careline("topics").stdout
    assert all(topic.name in listed for topic in TOPICS)
    created = careline("topics", "--create", KAFKA_BOOTSTRAP_SERVERS=kafka)
    assert (created.returncode, "as declared" in created.stdout) == (0, True), created.stderr + created.stdout
    checked = careline("topics", "--check", KAFKA_BOOTSTRAP_SERVERS=kafka)
    assert checked.returncode == 0
