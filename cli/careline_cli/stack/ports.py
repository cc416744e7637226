"""Free ports on 127.0.0.1, the same ones again when they are still free."""

import random
import socket
from collections.abc import Mapping

from careline_cli.stack.errors import PortTaken

# Below the range that the kernel hands out for outgoing connections: nobody takes a port between choice and use.
_RANGE = range(20000, 32000)
_TRIES = 200


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a connection that lingers after its server's end does not make the port busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def _may_listen(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            return False
        except OSError:
            return True
    return True


class PortBook:
    """Remembers which name has which port. `taken` holds the ports of this run, to be recorded in the state."""

    def __init__(self, remembered: Mapping[str, int]) -> None:
        self._remembered = dict(remembered)
        self.taken: dict[str, int] = {}

    def take(self, name: str) -> int:
        """The port of `name`: the one it had before if that is free, else a free one."""
        if name not in self.taken:
            before = self._remembered.get(name)
            usable = before is not None and before not in self.taken.values() and is_free(before)
            self.taken[name] = before if usable and before is not None else self._free()
        return self.taken[name]

    def demand(self, name: str, port: int) -> int:
        """Exactly `port`, because somebody asked for it. Raises PortTaken."""
        if not _may_listen(port):
            raise PortTaken(
                f"Port {port} (asked for {name}) may not be used by this user.", "Ask for one of 1024 or higher."
            )
        if port in self.taken.values() or not is_free(port):
            raise PortTaken(
                f"Port {port} (asked for {name}) is already in use on 127.0.0.1.",
                f"Stop the process that holds it (`ss -ltnp 'sport = :{port}'` names it), or ask for another port.",
            )
        self.taken[name] = port
        return port

    def _free(self) -> int:
        for port in random.sample(_RANGE, _TRIES):
            if port not in self.taken.values() and is_free(port):
                return port
        raise PortTaken(
            f"No free port was found on 127.0.0.1 between {_RANGE.start} and {_RANGE.stop}.",
            "Stop what listens there (`ss -ltnp` lists it).",
        )
