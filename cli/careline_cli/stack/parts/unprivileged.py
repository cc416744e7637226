"""Postgres refuses to run as root: how to start it as somebody else when the stack runs as root (in containers)."""

import os
import pwd
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from careline_cli.stack.errors import ToolMissing
from careline_cli.stack.tools import find

_CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Unprivileged:
    """Whom to become. `uid` is None when we are not root and nothing changes.

    `locked_out`: that user cannot reach the binaries or the data by itself (a checkout in root's home folder), so it
    keeps the one capability that lets it.
    """

    uid: int | None
    gid: int | None = None
    locked_out: bool = False

    @classmethod
    def needed_for(cls, *paths: Path) -> "Unprivileged":
        """Whom to become to use `paths`. Raises ToolMissing when there is no setpriv."""
        if os.geteuid() != 0:
            return cls(uid=None)
        if sys.platform != "linux":
            raise ToolMissing("Postgres does not run as root.", "Run careline as an ordinary user.")
        find("setpriv", "running Postgres as an unprivileged user")
        entry = _first_user()
        locked_out = not all(_reachable(path, entry) for path in paths)
        return cls(uid=entry.pw_uid, gid=entry.pw_gid, locked_out=locked_out)

    def prefix(self, orphan_signal: signal.Signals) -> tuple[str, ...]:
        """What to put in front of a command. Changing the user makes the kernel forget the signal that a process
        gets when its parent dies, so setpriv asks for it again, afterwards."""
        if self.uid is None:
            return ()
        # No capabilities at all, unless the user is locked out of the folders by their modes.
        keep = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override") if self.locked_out else ()
        return (
            "setpriv",
            f"--reuid={self.uid}",
            f"--regid={self.gid}",
            "--clear-groups",
            f"--pdeathsig={orphan_signal.name.removeprefix('SIG')}",
            *keep,
        )

    def own(self, *paths: Path) -> None:
        """Gives these to the user, so that it may write them."""
        if self.uid is None or self.gid is None:
            return
        for path in paths:
            os.chown(path, self.uid, self.gid)


def _first_user() -> pwd.struct_passwd:
    for name in _CANDIDATES:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ToolMissing(
        "Postgres does not run as root, and this machine has no user `nobody` to run it as.",
        "Run careline as an ordinary user, or add one: useradd --system postgres",
    )


def _reachable(path: Path, user: pwd.struct_passwd) -> bool:
    """Whether every existing folder on the way to `path` lets `user` through."""
    return all(_enterable(folder, user) for folder in (path, *path.parents) if folder.is_dir())


def _enterable(folder: Path, user: pwd.struct_passwd) -> bool:
    status = folder.stat()
    if status.st_uid == user.pw_uid:
        return bool(status.st_mode & 0o100)
    if status.st_gid == user.pw_gid:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)
