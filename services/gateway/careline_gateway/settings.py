"""The gateway's settings, from the environment."""

from __future__ import annotations

from pydantic import Field, SecretStr

from careline.contracts.seals import Checker, Signer
from careline.runtime import ClaimSettings, ServiceSettings

from .domain.limits import Limit
from .domain.outgoing import DEFAULT_BODY, DEFAULT_HEADER


class GatewaySettings(ServiceSettings, ClaimSettings):
    """What a gateway needs to know. Times in seconds; rates per second."""

    redis: str = Field(default="redis://127.0.0.1:6379/0", alias="REDIS_URL")
    private_key: SecretStr = Field(alias="CARELINE_GATEWAY_PRIVATE_KEY", min_length=44, max_length=44)
    # Replies that the verifier has not sealed are shown to nobody. Several keys while they rotate.
    verifier_key: str = Field(alias="CARELINE_VERIFIER_PUBLIC_KEY", min_length=44)
    # Whoever checks turns at once gets a MAC besides the signature; without its key the classifier checks signatures.
    classifier_key: str = Field(default="", alias="CARELINE_CLASSIFIER_PUBLIC_KEY")
    customer_secret: SecretStr = Field(alias="CARELINE_CUSTOMER_SECRET", min_length=16)
    agent_token: SecretStr = Field(alias="CARELINE_AGENT_TOKEN", min_length=16)
    # Pages that may embed the chat: "*", or origins separated by commas (https://shop.example). Ours always may.
    origins: str = Field(default="*", alias="CARELINE_ORIGINS")
    # How many proxies of our own stand before us; the client's address is taken from X-Forwarded-For accordingly.
    proxies: int = Field(default=0, alias="CARELINE_PROXIES", ge=0, le=10)
    # Programs on the same machine (evaluation, bench) are not counted as one eager visitor.
    limit_loopback: bool = Field(default=False, alias="CARELINE_LIMIT_LOOPBACK")
    session_s: float = Field(default=7 * 24 * 3600, alias="CARELINE_SESSION_SECONDS", gt=0)
    turn_deadline_s: float = Field(default=30.0, alias="CARELINE_TURN_DEADLINE", gt=0)
    heartbeat_s: float = Field(default=15.0, alias="CARELINE_HEARTBEAT", gt=0)
    sweep_s: float = Field(default=0.5, alias="CARELINE_SWEEP", gt=0)
    message_burst: int = Field(default=20, alias="CARELINE_MESSAGE_BURST", ge=1)
    message_rate: float = Field(default=1.0, alias="CARELINE_MESSAGE_RATE", gt=0)
    session_burst: int = Field(default=30, alias="CARELINE_SESSION_BURST", ge=1)
    session_rate: float = Field(default=0.5, alias="CARELINE_SESSION_RATE", gt=0)

    # How one-time codes leave the house: outbox, smtp://host:port?from=address, https://..., or nothing; SMS may have a
    # courier of its own. Of couriers by HTTP: the body (JSON or a form), the header with the key, and the key.
    courier: SecretStr = Field(default=SecretStr(""), alias="CARELINE_COURIER")
    sms_courier: SecretStr = Field(default=SecretStr(""), alias="CARELINE_SMS_COURIER")
    courier_body: str = Field(default=DEFAULT_BODY, alias="CARELINE_COURIER_BODY", max_length=4000)
    sms_courier_body: str = Field(default="", alias="CARELINE_SMS_COURIER_BODY", max_length=4000)
    courier_header: str = Field(default=DEFAULT_HEADER, alias="CARELINE_COURIER_HEADER", max_length=200)
    courier_key: SecretStr = Field(default=SecretStr(""), alias="CARELINE_COURIER_KEY")
    sms_courier_key: SecretStr = Field(default=SecretStr(""), alias="CARELINE_SMS_COURIER_KEY")

    def seals(self) -> tuple[Signer, Checker]:
        """What seals turns, and what checks the verifier's replies."""
        signer, verifier = (
            Signer.from_base64(self.private_key.get_secret_value()),
            Checker.from_base64(self.verifier_key),
        )
        hurried = [verifier, *([Checker.from_base64(self.classifier_key)] if self.classifier_key else ())]
        return signer.hurrying(*hurried), verifier.owned(signer)

    @property
    def limits(self) -> dict[str, Limit]:
        """By kind: messages of a conversation, messages of a visitor or customer, new sessions of an address, codes."""
        return {
            "conversation": Limit(self.message_burst, self.message_rate),
            "visitor": Limit(2 * self.message_burst, 2 * self.message_rate),
            "address": Limit(self.session_burst, self.session_rate),
            # One-time codes: asked for in a conversation, from an address, for one name; and guessed.
            "code": Limit(4, 1 / 120),
            "code_address": Limit(10, 1 / 60),
            "code_name": Limit(4, 1 / 300),
            "code_try": Limit(10, 1 / 10),
        }
