"""Resident memory and cold start of the classifier with stored heads: `python -m bench.classifier [PACK ...]`.

Each run is a fresh process with everything the service imports. Measured is the time from starting it until it has read
its first message, then the memory that is resident (RSS, as the kernel counts it), step by step. Broker, database and
cache are not connected: they add a few hundred kilobytes of buffers. Beside the median stands the least of all runs,
and the least processor time, which other work on the machine disturbs less.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
MESSAGE = "where is my order and when will it be here"


def resident_mebibytes() -> float:
    """Of this process, now."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status has no VmRSS")


def be_classifier(packs: list[str], encoder_folder: Path, heads: Path, started: float) -> None:
    """In the fresh process: prints a line of JSON, {step: [seconds since the start, MiB, processor seconds]}.

    The packs come on standard input, {name: [version, document]}, as the service gets them from the database.
    """
    stored: dict[str, tuple[str, str]] = json.load(sys.stdin)
    steps: dict[str, tuple[float, float, float]] = {}

    def step(name: str) -> None:
        steps[name] = (time.time() - started, resident_mebibytes(), time.process_time())

    step("interpreter")
    import careline_classifier.app
    import careline_classifier.settings  # noqa: F401
    from careline.models.encoder import Encoder
    from careline.tenants.registry import parse_pack
    from careline_classifier.adapters.minds import MindStore

    step("imports")
    encoder = Encoder.load(encoder_folder)
    step("encoder")
    store = MindStore(heads, encoder)
    minds = []
    for name in packs:
        version, document = stored[name]
        pack = parse_pack((name, version), document)
        step(f"pack {name}")
        minds.append(store.load_or_train(pack))
        step(f"heads of {name}")
    for mind in minds:
        masked = mind.reflex.mask(MESSAGE)
        mind.reflex.read(masked, encoder.encode(masked))
    step("first message read")
    print(json.dumps(steps))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packs", nargs="*", default=["shop"])
    parser.add_argument("--encoder", type=Path, default=ROOT / ".local/encoder", help="converted encoder's folder")
    parser.add_argument("--heads", type=Path, default=ROOT / ".local/heads", help="where trained heads are kept")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--started", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.started:
        be_classifier(options.packs, options.encoder, options.heads, options.started)
        return
    stored = _published(options.packs)
    runs = [_run(stored) for _ in range(options.runs + 1)][
        1:
    ]  # the first one trains what is not stored, and warms the disk
    for name in runs[0]:
        times = [run[name][0] for run in runs]
        memory = statistics.median(run[name][1] for run in runs)
        print(
            f"{name:24} {statistics.median(times):6.2f} s (least {min(times):.2f})   {memory:6.0f} MiB   "
            f"processor {min(run[name][2] for run in runs):5.2f} s"
        )


def _published(packs: list[str]) -> str:
    """What `careline tenant publish` would store, for `be_classifier`."""
    from careline.tenants.load import load_pack

    loaded = [load_pack(ROOT / "tenants" / name) for name in packs]
    return json.dumps({pack.name: [pack.version, pack.written().decode()] for pack in loaded})


def _run(stored: str) -> dict[str, tuple[float, float, float]]:
    command = [sys.executable, "-m", "bench.classifier", *sys.argv[1:], "--started", str(time.time())]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | ONE_THREAD, input=stored, text=True, stdout=subprocess.PIPE, check=True
    )
    found: dict[str, tuple[float, float, float]] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main()
