"""Where a stack keeps what it owns: one folder per checkout, `.local` unless CARELINE_HOME says otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from careline_cli.stack.errors import HomeNotWritable, NotACheckout


@dataclass(frozen=True)
class Home:
    """The stack's folder (`root`), and the checkout it was made from (`checkout`). `jars` may be shared by homes."""

    root: Path
    checkout: Path
    jars: Path

    @classmethod
    def find(cls, env: Mapping[str, str]) -> "Home":
        """The home of this checkout, or of CARELINE_HOME. Nothing is created. Raises NotACheckout."""
        checkout = _checkout()
        root = Path(env.get("CARELINE_HOME") or checkout / ".local").expanduser().absolute()
        return cls(root=root, checkout=checkout, jars=root)

    @classmethod
    def at(cls, root: Path, *, share_jars: bool = False) -> "Home":
        """A home elsewhere, for tests; with `share_jars` the broker's jars stay in the checkout's own home."""
        checkout = _checkout()
        return cls(root=root.absolute(), checkout=checkout, jars=checkout / ".local" if share_jars else root)

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
        return self.root / "encoder"

    @property
    def recipes(self) -> Path:
        """The checkout's `deploy/local`: the broker's pom.xml and logging."""
        return self.checkout / "deploy" / "local"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def create(self) -> None:
        """Makes the folder and its logs folder. Raises HomeNotWritable."""
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
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
