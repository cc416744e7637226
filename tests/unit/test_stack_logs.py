"""`careline logs`: which files, which lines."""

from pathlib import Path

import pytest

from careline_cli.stack.errors import NoSuchLog
from careline_cli.stack.home import Home
from careline_cli.stack.logview import Follower, known, last
from careline_cli.stack.process import rotate

pytestmark = pytest.mark.unit


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home.at(tmp_path / "home")
    home.create()
    home.log("kafka").write_text("one\ntwo\nthree\n")
    home.log("gateway").write_text("hello\n")
    return home


def test_the_last_lines_of_one_or_of_all(home: Home) -> None:
    assert list(last(home, known(home, "kafka"), 2)) == ["two", "three"]
    assert list(last(home, known(home, None), 1)) == ["gateway        hello", "kafka          three"]
    assert list(last(home, known(home, "kafka"), 0)) == []


@pytest.mark.parametrize("name", ["nobody", "../state"])
def test_an_unknown_name_is_answered_with_the_known_ones(home: Home, name: str) -> None:
    with pytest.raises(NoSuchLog, match=name) as raised:
        known(home, name)
    assert "gateway, kafka" in raised.value.hint


def test_following_gives_whole_lines_as_they_come(home: Home) -> None:
    follower = Follower(home.log("kafka"))
    assert follower.news() == []
    append(home, "fo")
    assert follower.news() == []
    append(home, "ur\nfive\nsi")
    assert follower.news() == ["four", "five"]
    append(home, "x\n")
    assert follower.news() == ["six"]


def test_following_goes_on_in_the_log_that_replaces_one(home: Home) -> None:
    log = home.log("kafka")
    follower = Follower(log)
    log.replace(log.with_suffix(".log.1"))
    log.write_text("a line longer than all that was there before\n")
    assert follower.news() == ["a line longer than all that was there before"]


def test_a_log_that_has_grown_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "kafka.log"
    log.write_text("short")
    rotate(log)
    assert log.exists()
    with log.open("wb") as file:
        file.truncate(20_000_001)
    rotate(log)
    assert not log.exists()
    assert (tmp_path / "kafka.log.1").stat().st_size == 20_000_001


def append(home: Home, text: str) -> None:
    with home.log("kafka").open("a") as file:
        file.write(text)
