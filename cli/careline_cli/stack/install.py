"""The command of this platform that installs a program, as a table."""

import shutil

_MANAGERS = ("apt-get", "dnf", "pacman", "apk", "zypper", "brew")

_PACKAGES: dict[str, dict[str, str]] = {
    "java": {
        "apt-get": "openjdk-17-jre-headless",
        "dnf": "java-17-openjdk-headless",
        "pacman": "jre17-openjdk-headless",
        "apk": "openjdk17-jre-headless",
        "zypper": "java-17-openjdk-headless",
        "brew": "openjdk@17",
    },
    "mvn": dict.fromkeys(_MANAGERS, "maven"),
    "redis-server": {
        "apt-get": "redis-server",
        "dnf": "redis",
        "pacman": "redis",
        "apk": "redis",
        "zypper": "redis",
        "brew": "redis",
    },
    "chromium": dict.fromkeys(_MANAGERS, "chromium"),
    "setpriv": {
        "apt-get": "util-linux",
        "dnf": "util-linux",
        "pacman": "util-linux",
        "apk": "setpriv",
        "zypper": "util-linux",
    },
    "python3": {
        "apt-get": "python3 python3-venv",
        "dnf": "python3.11",
        "pacman": "python",
        "apk": "python3",
        "zypper": "python311",
        "brew": "python@3.11",
    },
}

_VERBS = {
    "apt-get": "sudo apt-get install -y",
    "dnf": "sudo dnf install -y",
    "pacman": "sudo pacman -S --noconfirm",
    "apk": "sudo apk add",
    "zypper": "sudo zypper install -y",
    "brew": "brew install",
}


def manager() -> str | None:
    """This platform's package manager, or None when none of the known ones is there."""
    return next((name for name in _MANAGERS if shutil.which(name)), None)


def command_for(program: str, package_manager: str | None) -> str | None:
    """The install command of `program` with this package manager, or None when the table has none."""
    if package_manager is None:
        return None
    package = _PACKAGES.get(program, {}).get(package_manager)
    return f"{_VERBS[package_manager]} {package}" if package else None


def how_to_get(program: str) -> str:
    """A sentence that says how to install `program` here."""
    command = command_for(program, manager())
    return f"Install it with: {command}" if command else f"Install {program} and make sure that it is on the PATH."
