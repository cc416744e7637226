"""Where a stack keeps what it owns: one folder per checkout, `.local` unless CARELINE_HOME says otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from careline_cli.stack.errors import HomeNotWritable, NotACheckout


@dataclass(frozen=True)
class Home:
    """The stack's folder (`root`), the checkout it was made from, and where that keeps its downloads (`shared`)."""

    root: Path
    checkout: Path
    shared: Path

    @classmethod
    def find(cls, env: Mapping[str, str]) -> "Home":
        """The home of this checkout, or of CARELINE_HOME. Nothing is created. Raises NotACheckout."""
        named = env.get("CARELINE_HOME")
        return cls.at(Path(named).expanduser() if named else None)

    @classmethod
    def at(cls, root: Path | None) -> "Home":
        """The home in `root`, by default the checkout's own. Raises NotACheckout."""
        checkout = _checkout()
        own = checkout / ".local"
        return cls(root=(root or own).absolute(), checkout=checkout, shared=own)

    @property
    def state_file(self) -> Path:
        return self.root / "state.json"

    @property
    def secrets_file(self) -> Path:
        return self.root / "secrets.json"

    @property
    def lock_file(self) -> Path:
        return self.root / "lock"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def encoder(self) -> Path:
        """The sentence encoder: one tuned by `careline train --fine-tune`, else this home's, if it has one of its own,
        else the one that `make setup` made."""
        if self.tuned_encoder.is_dir():
            return self.tuned_encoder
        own = self.root / "encoder"
        return own if own.is_dir() else self.shared / "encoder"

    @property
    def tuned_encoder(self) -> Path:
        """Where an encoder tuned to a pack is kept."""
        return self.root / "encoder-tuned"

    @property
    def recipes(self) -> Path:
        """The checkout's `deploy/local`: the broker's pom.xml and logging."""
        return self.checkout / "deploy" / "local"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def create(self) -> None:
        """Makes the folder and its logs folder. Raises HomeNotWritable."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            # Logs and data may hold what customers said.
            self.logs.mkdir(mode=0o700, exist_ok=True)
            probe = self.root / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise HomeNotWritable(
                f"The stack cannot write its data to {self.root} ({error.strerror}).",
                "Make the folder writable, or choose another one with CARELINE_HOME.",
            ) from error


def _checkout() -> Path:
    for folder in (*Path(__file__).resolve().parents, Path.cwd(), *Path.cwd().parents):
        if (folder / "deploy" / "local" / "pom.xml").is_file():
            return folder
    raise NotACheckout(
        "This careline command does not belong to a checkout of Careline: deploy/local/pom.xml is missing.",
        "Run it from inside a checkout, after `make setup` there.",
    )
