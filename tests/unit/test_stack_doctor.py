"""What the doctor and the install table say."""

from pathlib import Path

import pytest

from careline_cli.stack import doctor, install
from careline_cli.stack.errors import ToolMissing
from careline_cli.stack.home import Home
from careline_cli.stack.parts import programs

pytestmark = pytest.mark.unit


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing but apt-get on it."""
    program(tmp_path, "apt-get", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_292"', 8),
        ('openjdk version "25-ea" 2025-09-16', 25),
        ("what?", None),
    ],
)
def test_java_versions_are_understood(said: str, version: int | None) -> None:
    assert programs.parse_version(said) == version


def test_a_missing_java_names_the_command_that_installs_it(bare: Path) -> None:
    with pytest.raises(ToolMissing) as raised:
        programs.java()
    assert raised.value.hint == "Install it with: sudo apt-get install -y openjdk-17-jre-headless"


def test_an_old_java_is_as_good_as_none(bare: Path) -> None:
    program(bare, "java", "echo 'java version \"11.0.2\"' >&2")
    with pytest.raises(ToolMissing, match="version 11"):
        programs.java()


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("echo 'no JVM here' >&2; exit 1", "failed (exit code 1): no JVM here"),
        ("exit 134", "failed (exit code 134) without a word"),
        ("echo gibberish", "named no version: gibberish"),
        ("printf '\\377\\376'", "named no version"),
    ],
)
def test_a_broken_java_says_what_is_wrong_and_what_to_install(
    bare: Path, tmp_path: Path, script: str, says: str
) -> None:
    program(bare, "java", script)
    with pytest.raises(ToolMissing) as raised:
        programs.java()
    assert f"{bare / 'java'} does not work" in raised.value.message
    assert says in raised.value.message
    assert raised.value.hint.startswith("Install it with: sudo apt-get install -y openjdk-17-jre-headless")
    findings = {finding.name: finding for finding in doctor.examine(Home.at(tmp_path / "home"), {})}
    assert (findings["java"].verdict, findings["java"].found) == ("missing", raised.value.message)


def test_a_java_that_cannot_be_started_is_named(bare: Path) -> None:
    (bare / "java").write_bytes(b"\x7fELF of another machine")
    (bare / "java").chmod(0o755)
    with pytest.raises(ToolMissing, match="cannot be started"):
        programs.java()


def test_a_java_that_hangs_is_given_up(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_PATIENCE_S", 0.2)
    program(bare, "java", "while :; do :; done")
    with pytest.raises(ToolMissing, match="did not end within"):
        programs.java()


@pytest.mark.parametrize("manager", ["apt-get", "dnf", "pacman", "apk", "zypper", "brew"])
@pytest.mark.parametrize("program", ["java", "mvn", "redis-server", "chromium", "python3"])
def test_every_package_manager_knows_every_program(manager: str, program: str) -> None:
    command = install.command_for(program, manager)
    assert command is not None
    assert manager in command


def test_without_a_package_manager_it_names_the_program(bare: Path) -> None:
    (bare / "apt-get").unlink()
    assert install.how_to_get("mvn") == "Install mvn and make sure that it is on the PATH."


def test_the_doctor_finds_what_a_bare_machine_lacks(bare: Path, tmp_path: Path) -> None:
    home = Home(root=tmp_path / "home", checkout=tmp_path, shared=tmp_path / "shared")
    recipes = home.recipes
    recipes.mkdir(parents=True)
    (recipes / "pom.xml").write_text("<kafka.version>9.9</kafka.version>")
    (tmp_path / "requirements.txt").write_text("no-such-package==1.0 \\\n    --hash=sha256:00\n")
    findings = {finding.name: finding for finding in doctor.examine(home, {})}
    lacking = {name for name, finding in findings.items() if finding.verdict == "missing"}
    assert {"packages", "java", "maven", "encoder"} <= lacking
    assert findings["maven"].remedy == "Install it with: sudo apt-get install -y maven"
    assert findings["packages"].remedy == "Run: make setup"
    assert findings["chromium"].verdict == "optional"
    assert "no-such-package" in findings["packages"].found


def test_maven_is_not_missed_once_the_jars_are_here(bare: Path, tmp_path: Path) -> None:
    home = Home(root=tmp_path / "home", checkout=tmp_path, shared=tmp_path / "shared")
    home.recipes.mkdir(parents=True)
    (home.recipes / "pom.xml").write_text("<kafka.version>9.9</kafka.version>")
    (home.shared / "kafka-9.9" / "libs").mkdir(parents=True)
    assert doctor.maven(home).verdict == "ok"


def test_what_an_address_replaces_is_not_examined(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    names = {finding.name for finding in doctor.examine(home, {"KAFKA_BOOTSTRAP_SERVERS": "k:1", "REDIS_URL": "r"})}
    assert names.isdisjoint({"java", "maven", "redis"})


def test_the_locks_markers_decide_what_belongs_here(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text("never-here==1 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n# via\npytest==0.0.1\n")
    finding = doctor.packages(lock)
    assert "never-here" not in finding.found
    assert "pytest" in finding.found
