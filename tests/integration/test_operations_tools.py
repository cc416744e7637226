"""Operations by tools of a real MCP server: shown first, done once or not at all, and the truth told."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from tests.fixtures.club import Club
from tests.fixtures.operations import Counter, wants
from tests.fixtures.parcels import PARCELS, Others, desk, others, parcel_database, servers
from tests.fixtures.served import served

from careline.contracts.events import OperationApproved
from careline.contracts.understanding import Understanding
from careline.systems.directory import Directory
from careline.systems.errors import BadValue, NotConfigured, Unreachable
from careline.systems.settings import Access
from careline.systems.tools import ToolCaller
from careline.tenants.load import load_pack, read_folder
from careline_cli.tenants.tools import compared

pytestmark = pytest.mark.integration
__all__ = ["desk", "others", "parcel_database", "servers"]

SAID = "spend 100 points on a voucher"
ROOT = Path(__file__).parents[2]


def spend(text: str = SAID, points: int = 100) -> Understanding:
    return wants("spend_points", text, points=(points, str(points)))


async def approved(desk: Counter) -> OperationApproved:
    return await desk.approved(await desk.turn(SAID), spend())


async def test_points_are_shown_spent_once_and_told(desk: Counter, others: Others) -> None:
    drafted = await desk.draft(await desk.turn(SAID), spend())
    assert "points 1500 -> 1400" in drafted.draft.text
    event = await desk.judge(drafted)
    assert isinstance(event, OperationApproved)
    settled = await desk.settle(event)
    assert (await desk.conclude(settled)).text == "You have the voucher V-1."
    assert others.club.done == [("M-1", 100, event.approval.idempotency_key)]
    assert await desk.settle(event) == settled
    assert len(others.club.done) == 1


async def test_policy_over_the_arguments_asks_first(desk: Counter, others: Others) -> None:
    text = "spend 1200 points on a voucher"
    turn, said_yes = await desk.confirmed(text, spend(text, 1200))
    assert others.club.done == []
    reply = await desk.reply(turn, said_yes)
    assert reply.outcome == "success"
    assert others.club.points["M-1"] == 300


async def test_a_refusal_beforehand_and_one_at_last(desk: Counter, others: Others) -> None:
    text = "spend 4000 points on a voucher"
    reply = await desk.reply(await desk.turn(text), spend(text, 4000))
    assert (reply.outcome, reply.reason, reply.text) == ("refused", "too_few_points", "You do not have 4000 points.")
    event = await approved(desk)
    others.club.points["M-1"] = 50
    assert (await desk.settle(event)).reason is None  # stale: the preview says no now
    assert others.club.done == []


@pytest.mark.parametrize("fault", ["slow", "error_after", "huge"])
async def test_a_fault_after_it_was_done_is_found_out_about(desk: Counter, others: Others, fault: str) -> None:
    event = await approved(desk)
    others.club.faults = [fault]
    settled = await desk.settle(event)
    assert settled.status == "committed", settled
    assert settled.text == "You have the voucher V-1."
    assert len(others.club.done) == 1


async def test_a_tool_that_failed_before_it_did_anything_has_said_no(desk: Counter, others: Others) -> None:
    event = await approved(desk)
    others.club.faults = ["error_before"]
    settled = await desk.settle(event)
    assert (settled.status, settled.reason) == ("refused", "declined")
    assert settled.text == "The club does not give a voucher for this."
    assert others.club.done == []
    assert await desk.settle(event) == settled


async def test_a_server_that_is_away_leaves_it_to_a_human(desk: Counter, others: Others) -> None:
    desk.settings["CARELINE_SYSTEM_CLUB_URL"] = "http://127.0.0.1:9/mcp"
    drafted = await desk.draft(await desk.turn(SAID), spend())
    assert drafted.draft.kind == "handover"
    assert "club" in drafted.draft.reason
    assert others.club.done == []


def caller(settings: dict[str, str], *, kind: str = "http") -> ToolCaller:
    pack = load_pack(PARCELS, {})
    system = pack.systems["club"].model_copy(update={"mcp": kind, "seconds": 10})
    pack = pack.model_copy(update={"systems": {"club": system}})
    found = Directory(Access(settings)).of(pack, "club")
    assert isinstance(found, ToolCaller)
    return found


async def test_each_reason_why_nothing_was_sent_is_named(others: Others) -> None:
    with pytest.raises(NotConfigured, match="CARELINE_SYSTEM_CLUB_URL is not set"):
        await caller({}).call("show_points", {})
    with pytest.raises(Unreachable, match="club"):
        await caller({"CARELINE_SYSTEM_CLUB_URL": "http://127.0.0.1:9/mcp"}).call("show_points", {})
    club = caller(others.settings)
    with pytest.raises(NotConfigured, match="no tool 'give_points'"):
        await club.call("give_points", {})
    with pytest.raises(BadValue, match="points"):
        await club.call("show_points", {"customer": "M-1"})
    with pytest.raises(BadValue, match="points"):
        await club.call("show_points", {"customer": "M-1", "points": "many"})
    assert (await club.call("show_points", {"customer": "M-1", "points": 5})).content["points_after"] == 1495


async def test_a_tool_that_has_gone_is_named() -> None:
    with served(Club(lacking="find_request").app(), lifespan="on") as url:
        club = caller({"CARELINE_SYSTEM_CLUB_URL": url + "/mcp"})
        with pytest.raises(NotConfigured, match="find_request"):
            await club.call("find_request", {"request_id": "x"})


async def test_a_redirect_to_another_host_is_not_followed(others: Others) -> None:
    reached: list[str] = []

    async def elsewhere(scope: object, receive: object, send: object) -> None:
        reached.append("yes")

    with served(elsewhere) as other:

        async def moved(scope: object, receive: object, send: object) -> None:
            headers = [(b"location", (other + "/mcp").encode()), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 307, "headers": headers})  # type: ignore[operator]
            await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]

        with served(moved) as url, pytest.raises(Unreachable):
            await caller({"CARELINE_SYSTEM_CLUB_URL": url + "/mcp"}).call("show_points", {"customer": "M-1"})
    assert reached == []


async def test_a_command_serves_tools_too() -> None:
    command = f"{sys.executable} -c \"import sys; sys.path.insert(0, '{ROOT}'); import runpy; "
    command += "runpy.run_module('tests.fixtures.club', run_name='__main__')\""
    answer = await caller({"CARELINE_SYSTEM_CLUB_COMMAND": command}, kind="command").call(
        "show_points", {"customer": "M-1", "points": 5}
    )
    assert answer.content == {"points": 1500, "points_after": 1495}
    with pytest.raises(Unreachable):
        await caller({"CARELINE_SYSTEM_CLUB_COMMAND": "/no/such/command"}, kind="command").call("show_points", {})


async def test_what_a_pack_gives_to_tools_is_compared_with_what_they_take(others: Others, tmp_path: Path) -> None:
    assert (await compared(read_folder(PARCELS, {}), others.settings, needed=True)).problems == ()
    shutil.copytree(PARCELS, tmp_path / "pack")
    file = tmp_path / "pack" / "operations.yaml"
    text = file.read_text()
    for old, new in (
        ("call: show_points", "call: show_pints"),
        ("idempotency: request_id", "idempotency: request"),
        ("{request_id: $idempotency_key}", "{requestid: $idempotency_key}"),
    ):
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)
    found = await compared(read_folder(tmp_path / "pack", {}), others.settings, needed=True)
    assert found.pack is None
    said = "\n".join(map(str, found.problems))
    assert "the server has no tool 'show_pints'; did you mean 'show_points'?" in said
    assert "spend_points needs the field 'request_id' of the body" in said
    assert "find_request needs the field 'request_id' of the body" in said
    assert all(problem.file == "operations.yaml" and problem.line > 60 for problem in found.problems)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, "CARELINE_SYSTEM_CLUB_URL is not set"),
        ({"CARELINE_SYSTEM_CLUB_URL": "http://127.0.0.1:9/mcp"}, "its server does not answer"),
    ],
)
async def test_a_server_that_cannot_be_asked_is_named(settings: dict[str, str], expected: str) -> None:
    found = await compared(read_folder(PARCELS, {}), settings, needed=True)
    assert found.pack is None
    assert expected in str(found.problems[0])
    noted = await compared(read_folder(PARCELS, {}), settings, needed=False)
    assert noted.pack is not None
    assert any(expected in note for note in noted.notes)
