"""The supervisor and its services: started, watched, restarted, stopped. Parts are the session's; services stand in."""

import os
import signal

import psutil
import pytest
from tests.fixtures.stack_under_test import StackUnderTest, until

pytestmark = pytest.mark.integration

SERVICES = ("gateway", "classifier", "retrieval", "executor", "verifier", "insight")


def test_every_service_runs_with_its_own_environment(light_stack: StackUnderTest) -> None:
    light_stack.up()
    lines = light_stack.lines()
    assert {lines[name].state for name in SERVICES} == {"running"}
    secrets_of = {
        name: {key for key in light_stack.environment_of(name) if key.endswith(("PRIVATE_KEY", "AGENT_TOKEN"))}
        for name in SERVICES
    }
    assert secrets_of.pop("gateway") == {"CARELINE_GATEWAY_PRIVATE_KEY", "CARELINE_AGENT_TOKEN"}
    assert secrets_of.pop("insight") == {"CARELINE_AGENT_TOKEN"}
    assert secrets_of.pop("classifier") == {"CARELINE_CLASSIFIER_PRIVATE_KEY"}
    assert secrets_of.pop("verifier") == {"CARELINE_VERIFIER_PRIVATE_KEY"}
    assert set().union(*secrets_of.values()) == set()
    assert "careline_executor:" in light_stack.environment_of("executor")["DATABASE_URL"]
    assert light_stack.environment_of("executor")["OMP_NUM_THREADS"] == "1"


def test_a_killed_service_comes_back(light_stack: StackUnderTest) -> None:
    light_stack.up()
    before = light_stack.pid_of("retrieval")
    os.kill(before, signal.SIGKILL)
    until(lambda: light_stack.running("retrieval", not_pid=before), light_stack.output)
    assert light_stack.lines()["retrieval"].restarts == 1
    assert light_stack.environment_of("retrieval")["CARELINE_HTTP_HOST"] == "127.0.0.1"
    assert "retrieval ended (signal 9)" in light_stack.output()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything(light_stack: StackUnderTest, number: signal.Signals) -> None:
    light_stack.up()
    light_stack.signal(number)
    assert light_stack.wait() == 0
    assert light_stack.nothing_left()
    assert light_stack.lines() == {}


def test_services_die_with_a_killed_supervisor(light_stack: StackUnderTest) -> None:
    light_stack.env["STANDIN_STUBBORN"] = ",".join(SERVICES)
    light_stack.up()
    light_stack.signal(signal.SIGKILL)
    light_stack.wait()
    until(light_stack.nothing_left)


def test_the_watchdog_alone_ends_what_a_killed_supervisor_leaves(light_stack: StackUnderTest) -> None:
    # Elsewhere than on Linux there is no signal from the kernel: leave it out.
    light_stack.env |= {"CARELINE_NO_PDEATHSIG": "1", "STANDIN_STUBBORN": "executor"}
    light_stack.up()
    light_stack.signal(signal.SIGKILL)
    light_stack.wait()
    until(light_stack.nothing_left)


def test_a_killed_watchdog_is_replaced(light_stack: StackUnderTest) -> None:
    light_stack.up()
    before = light_stack.pid_of("watchdog")
    os.kill(before, signal.SIGKILL)
    until(lambda: light_stack.running("watchdog", not_pid=before), light_stack.output)


def test_a_service_that_dies_at_start_stops_the_start(light_stack: StackUnderTest) -> None:
    light_stack.start(STANDIN_DIES="verifier")
    assert light_stack.wait() == 2
    assert "verifier ended with code 3 while starting" in light_stack.output()
    assert "verifier has no reason to live" in light_stack.output()
    assert light_stack.nothing_left()


def test_a_failing_step_stops_the_start(light_stack: StackUnderTest) -> None:
    light_stack.start(STANDIN_STEP="fail")
    assert light_stack.wait() == 2
    assert "The step packs failed: RuntimeError: the pack is torn" in light_stack.output()
    assert light_stack.nothing_left()


def test_ctrl_c_while_starting_leaves_nothing(light_stack: StackUnderTest) -> None:
    light_stack.start(STANDIN_STEP="hang")
    until(lambda: "roles" in light_stack.output(), light_stack.output)
    light_stack.look()
    light_stack.signal(signal.SIGINT)
    assert light_stack.wait() == 130
    assert "Traceback" not in light_stack.output()
    assert light_stack.nothing_left()


def test_a_stubborn_service_is_killed_at_the_second_ctrl_c(light_stack: StackUnderTest) -> None:
    light_stack.env["STANDIN_STUBBORN"] = "executor"
    light_stack.up()
    light_stack.signal(signal.SIGINT)
    until(lambda: light_stack.lines()["gateway"].state == "stopped", light_stack.output)
    assert psutil.pid_exists(light_stack.pid_of("executor"))
    light_stack.signal(signal.SIGINT)
    assert light_stack.wait() == 0
    assert light_stack.nothing_left()
