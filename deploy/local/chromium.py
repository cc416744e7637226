"""Makes sure that the browser tests find a Chromium: as root on Debian it installs one, elsewhere it names the command.

Exits 0 when there is one (or there was nothing that could be done about it but naming it).
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW = {
    "Darwin": "brew install --cask chromium",
    "Windows": "winget install Google.Chrome",
    "Linux": "sudo apt-get install chromium (Debian, Ubuntu), sudo dnf install chromium (Fedora)",
}


def find() -> str | None:
    """The path of a Chromium, or None. CHROMIUM names one."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def install() -> bool:
    """On Debian as root. True when it worked."""
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("installing Chromium for the browser tests ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    update = ["apt-get", "update", "-q"]
    packages = ["apt-get", "install", "-yq", "--no-install-recommends", "chromium", "fonts-noto-cjk"]
    return all(
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0
        for command in (update, packages)
    )


def main() -> int:
    if find() or (install() and find()):
        return 0
    print(f"The browser tests need Chromium: {HOW.get(platform.system(), HOW['Linux'])}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
