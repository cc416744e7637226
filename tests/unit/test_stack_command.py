"""The `careline` command: its table of contents, its errors, its speed."""

import subprocess
import sys

import pytest

from careline_cli import app
from careline_cli.errors import CommandError

pytestmark = pytest.mark.unit


def careline(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "careline_cli", *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_help_lists_every_command_under_its_panel() -> None:
    said = careline("--help").stdout
    for entry in app.COMMANDS:
        assert entry.panel in said
        assert f" {entry.name} " in said


@pytest.mark.parametrize("entry", app.COMMANDS, ids=lambda entry: entry.name)
def test_every_command_loads_and_has_help(entry: app.Entry) -> None:
    command = entry.load()
    assert command.name == entry.name
    assert command.help or getattr(command, "commands", None)


def test_help_imports_no_command() -> None:
    code = (
        "import sys; from careline_cli.app import main; sys.argv = ['careline', '--help']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted(name for name in sys.modules if name.startswith('careline_cli.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines()[-1] == "['careline_cli.app', 'careline_cli.errors']"


def test_a_mistyped_command_is_guessed() -> None:
    done = careline("statsu")
    assert done.returncode == 2
    assert "Did you mean 'status'?" in done.stderr


def test_a_known_error_is_one_line_and_exit_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app.Entry, "load", _raise(CommandError("It is [not] here.", "Look there.")))
    monkeypatch.setattr(sys, "argv", ["careline", "status"])
    with pytest.raises(SystemExit) as ended:
        app.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err == "error: It is [not] here.\nLook there.\n"


def test_ctrl_c_is_exit_130_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app.Entry, "load", _raise(KeyboardInterrupt()))
    monkeypatch.setattr(sys, "argv", ["careline", "status"])
    with pytest.raises(SystemExit) as ended:
        app.main()
    assert ended.value.code == 130
    assert "Traceback" not in capsys.readouterr().err


def test_an_unknown_error_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.Entry, "load", _raise(ZeroDivisionError()))
    monkeypatch.setattr(sys, "argv", ["careline", "status"])
    with pytest.raises(ZeroDivisionError):
        app.main()


def _raise(error: BaseException) -> object:
    def load(entry: app.Entry) -> object:
        raise error

    return load
