"""The supervisor's values: back-off, ports, records, addresses, secrets."""

import os
import socket
import uuid
from pathlib import Path

import pytest

from careline.storage import roles
from careline_cli.running import Running
from careline_cli.stack import secrets, state
from careline_cli.stack.backoff import Backoff
from careline_cli.stack.environment import service_environment
from careline_cli.stack.errors import NotRunning, PortTaken, SecretsCorrupt, StateCorrupt
from careline_cli.stack.home import Home
from careline_cli.stack.parts.kafka import cluster_id
from careline_cli.stack.ports import PortBook, is_free
from careline_cli.stack.report import report
from careline_cli.stack.stack import Stack, role_of, with_login, without_password
from careline_cli.stack.state import ProcessRecord, State, created_at

pytestmark = pytest.mark.unit


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home.at(tmp_path / "home")
    home.create()
    return home


def test_backoff_grows_up_to_its_limit_and_forgives() -> None:
    backoff = Backoff(first_s=0.5, factor=2, longest_s=3, forgiven_after_s=10)
    assert [backoff.delay_s(deaths) for deaths in (1, 2, 3, 4, 5)] == [0.5, 1, 2, 3, 3]
    assert backoff.delay_s(1_000_000) == 3
    assert backoff.deaths(before=4, lived_s=9) == 5
    assert backoff.deaths(before=4, lived_s=10) == 1


def test_a_port_is_kept_while_it_is_free() -> None:
    port = PortBook({}).take("kafka")
    assert PortBook({"kafka": port}).take("kafka") == port
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        assert not is_free(port)
        assert PortBook({"kafka": port}).take("kafka") != port


def test_two_names_never_share_a_port() -> None:
    book = PortBook({"a": 23456, "b": 23456})
    assert book.take("a") != book.take("b")
    assert book.take("a") == book.taken["a"]


def test_a_port_asked_for_and_taken_is_an_error() -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        port = squatter.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            PortBook({}).demand("gateway", port)


def test_the_state_comes_back_and_only_its_owner_reads_it(home: Home) -> None:
    written = State(phase="running", ports={"kafka": 1}, processes=(ProcessRecord(name="kafka", state="running"),))
    state.write(home, written)
    assert state.read(home) == written
    assert home.state_file.stat().st_mode & 0o777 == 0o600


def test_no_state_is_an_empty_one(home: Home) -> None:
    assert state.read(home) == State()


@pytest.mark.parametrize("torn", [b"", b"{", b"[]", b'{"version": 2}', b"\xff\xfe", b'{"ports": {"a": "x"}}'])
def test_a_torn_state_says_what_to_do_and_is_set_aside_by_its_next_owner(home: Home, torn: bytes) -> None:
    home.state_file.write_bytes(torn)
    with pytest.raises(StateCorrupt) as raised:
        state.read(home)
    assert "careline up" in raised.value.hint
    repaired, aside = state.repair(home)
    assert (repaired, aside) == (State(), home.root / "state.json.broken")
    assert aside is not None
    assert aside.read_bytes() == torn
    assert state.repair(home) == (State(), None)


def test_what_nobody_runs_needs_no_record(home: Home) -> None:
    home.state_file.write_text("{torn")
    assert report(home) == []
    with pytest.raises(NotRunning):
        Running.find({"CARELINE_HOME": str(home.root)})


def test_a_record_is_alive_only_if_it_is_the_same_process() -> None:
    born = created_at(os.getpid())
    assert born is not None
    assert ProcessRecord(name="me", state="running", pid=os.getpid(), created=born).alive
    assert not ProcessRecord(name="earlier", state="running", pid=os.getpid(), created=born - 60).alive
    assert not ProcessRecord(name="none", state="running").alive


def test_secrets_are_made_once_and_only_their_owner_reads_them(home: Home) -> None:
    made = secrets.load_or_create(home)
    assert secrets.load_or_create(home) == made
    assert home.secrets_file.stat().st_mode & 0o777 == 0o600
    assert len({made.postgres_password, made.agent_token, made.customer_secret, *made.role_passwords.values()}) == 9


def test_torn_secrets_are_not_made_anew(home: Home) -> None:
    home.secrets_file.write_text("{}")
    with pytest.raises(SecretsCorrupt):
        secrets.load_or_create(home)
    assert home.secrets_file.read_text() == "{}"


def test_the_stack_and_the_storage_mean_the_same_services() -> None:
    assert secrets.SERVICES == roles.SERVICES
    assert [role_of(service) for service in secrets.SERVICES] == [roles.role_of(service) for service in roles.SERVICES]


def test_addresses_are_shown_without_their_password() -> None:
    assert without_password("postgresql://me:secret@127.0.0.1:5/db?a=b") == "postgresql://me@127.0.0.1:5/db?a=b"
    assert without_password("redis://:secret@host:6/0") == "redis://host:6/0"
    assert without_password("127.0.0.1:9092") == "127.0.0.1:9092"


def test_another_login_keeps_the_rest_of_the_url() -> None:
    url = "postgresql://owner:p%40ss@db.example:5432/careline?sslmode=require"
    assert with_login(url, "careline_x", "q") == "postgresql://careline_x:q@db.example:5432/careline?sslmode=require"


def test_a_service_gets_its_own_secrets_and_no_others(home: Home) -> None:
    addresses = {"kafka": "k:1", "postgres": "postgresql://o:p@h:1/d", "redis": "redis://r:1/0"}
    stack = Stack(home, secrets.load_or_create(home), addresses)
    inherited = {"PATH": "/bin", "CARELINE_AGENT_TOKEN": "old", "CARELINE_VERIFIER_PRIVATE_KEY": "old"}
    found = {name: service_environment(name, stack, 1, inherited) for name in secrets.SERVICES}
    assert [name for name, env in found.items() if "CARELINE_AGENT_TOKEN" in env] == ["gateway", "insight"]
    assert [name for name, env in found.items() if "CARELINE_VERIFIER_PRIVATE_KEY" in env] == ["verifier"]
    assert found["verifier"]["CARELINE_VERIFIER_PRIVATE_KEY"] == stack.secrets.verifier.private
    assert {env["CARELINE_VERIFIER_PUBLIC_KEY"] for env in found.values()} == {stack.secrets.verifier.public}
    assert {env["PATH"] for env in found.values()} == {"/bin"}
    assert len({env["DATABASE_URL"] for env in found.values()}) == len(secrets.SERVICES)


def test_only_services_that_ask_models_are_told_of_them(home: Home) -> None:
    addresses = {"kafka": "k:1", "postgres": "postgresql://o:p@h:1/d", "redis": "redis://r:1/0"}
    stack = Stack(home, secrets.load_or_create(home), addresses)
    named = {"CARELINE_SMALL_URL": "http://m/v1", "CARELINE_SMALL_KEY": "sk-1", "CARELINE_TIERS": "small", "PATH": "/"}
    found = {name: service_environment(name, stack, 1, named) for name in secrets.SERVICES}
    told = {name for name, environment in found.items() if named.items() <= environment.items()}
    assert told == {"classifier", "executor", "verifier"}
    assert all("CARELINE_SMALL_KEY" not in found[name] for name in found.keys() - told)


def test_only_the_executor_gets_the_secrets_to_change_other_systems(home: Home) -> None:
    addresses = {"kafka": "k:1", "postgres": "postgresql://o:p@h:1/d", "redis": "redis://r:1/0"}
    stack = Stack(home, secrets.load_or_create(home), addresses)
    prefix = "CARELINE_SYSTEM_COURIER_"
    kinds = ("URL", "COMMAND", "SECRET", "SECRET_FILE", "READ_SECRET", "READ_SECRET_FILE")
    named = {prefix + kind: "x" for kind in kinds}
    found = {name: service_environment(name, stack, 1, named) for name in secrets.SERVICES}
    got = {name: {kind for kind in kinds if prefix + kind in found[name]} for name in found}
    assert got.pop("executor") == {"URL", "COMMAND", "SECRET", "SECRET_FILE"}
    assert got.pop("verifier") == {"URL", "COMMAND", "READ_SECRET", "READ_SECRET_FILE"}
    assert not any(got.values())


def test_kafkas_cluster_id_is_never_taken_for_an_option() -> None:
    hyphen, plain = uuid.UUID(bytes=b"\xf8" + bytes(15)), uuid.UUID(bytes=b"\x04" + bytes(15))
    drawn = iter([hyphen, hyphen, plain])
    assert cluster_id(lambda: next(drawn)) == "B" + "A" * 21
