"""The stack's secrets: made once per home, kept in a file that only its owner reads."""

import base64
import hashlib
import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from careline.storage.claims import generate_claim_key
from careline_cli.stack.errors import SecretsCorrupt
from careline_cli.stack.home import Home

SERVICES = ("gateway", "classifier", "retrieval", "executor", "verifier", "insight")


class KeyPair(BaseModel):
    """An Ed25519 key pair; each side is base64 of its 32 raw bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    private: str
    public: str

    @classmethod
    def generate(cls) -> "KeyPair":
        return cls.of(Ed25519PrivateKey.generate())

    @classmethod
    def of(cls, key: Ed25519PrivateKey) -> "KeyPair":
        return cls(
            private=base64.b64encode(key.private_bytes_raw()).decode(),
            public=base64.b64encode(key.public_key().public_bytes_raw()).decode(),
        )


class Secrets(BaseModel):
    """Everything that must stay the same between two starts of one home."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    postgres_password: str
    role_passwords: dict[str, str]
    customer_secret: str
    agent_token: str
    gateway: KeyPair
    classifier: KeyPair
    verifier: KeyPair
    data_keys: str = ""  # of sealed columns, as CARELINE_DATA_KEYS has them; a home from before has none
    claim_keys: dict[str, str] = {}  # by service, as CARELINE_CLAIM_KEYS has them; a home from before gets them

    @model_validator(mode="before")
    @classmethod
    def _from_before(cls, content: object) -> object:
        """A home from before the classifier had a key: it follows from one that nobody else knows."""
        if not isinstance(content, dict) or "classifier" in content or not isinstance(content.get("gateway"), dict):
            return content
        seed = hashlib.sha256(f"classifier\n{content['gateway'].get('private')}".encode()).digest()
        return content | {"classifier": KeyPair.of(Ed25519PrivateKey.from_private_bytes(seed)).model_dump()}

    @classmethod
    def generate(cls) -> "Secrets":
        return cls(
            postgres_password=_token(),
            role_passwords={service: _token() for service in SERVICES},
            customer_secret=_token(),
            agent_token=_token(),
            gateway=KeyPair.generate(),
            classifier=KeyPair.generate(),
            verifier=KeyPair.generate(),
            data_keys=f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
            claim_keys=_claim_keys(),
        )


def load_or_create(home: Home) -> Secrets:
    """This home's secrets, generated at the first call. The home must exist. Raises SecretsCorrupt."""
    if not home.secrets_file.exists():
        _write(home, Secrets.generate())
    found = load(home)
    if not found.claim_keys:
        found = found.model_copy(update={"claim_keys": _claim_keys()})
        _write(home, found)
    return found


def load(home: Home) -> Secrets:
    """This home's secrets. Raises SecretsCorrupt, also when there are none."""
    try:
        return Secrets.model_validate_json(home.secrets_file.read_text())
    except (OSError, ValidationError, UnicodeDecodeError) as error:
        raise SecretsCorrupt(
            f"{home.secrets_file} cannot be read as this stack's secrets.",
            "Restore the file, or start afresh with `careline down --purge` (the data under it is deleted).",
        ) from error


def _write(home: Home, made: Secrets) -> None:
    draft = home.secrets_file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(made.model_dump_json(indent=2))
    draft.replace(home.secrets_file)


def _claim_keys() -> dict[str, str]:
    return {service: generate_claim_key(secrets.token_bytes(32)) for service in SERVICES}


def _token() -> str:
    return secrets.token_urlsafe(24)
