"""The verifier's settings, from the environment."""

from __future__ import annotations

from pydantic import Field, SecretStr

from careline.contracts.seals import Checker, Signer
from careline.runtime import ClaimSettings, ServiceSettings


class Settings(ServiceSettings, ClaimSettings):
    """Keys are base64 of 32 raw bytes (Ed25519). Only the verifier has its private key. `public_keys`: those that
    others check it with, earlier ones included, so that a question asked before a rotation may still be answered.
    `classifier_key`: the classifier's public key; a case that it has not sealed is not filed."""

    private_key: SecretStr = Field(alias="CARELINE_VERIFIER_PRIVATE_KEY", min_length=40)
    public_keys: str = Field(default="", alias="CARELINE_VERIFIER_PUBLIC_KEY")
    gateway_key: str = Field(alias="CARELINE_GATEWAY_PUBLIC_KEY", min_length=40)
    classifier_key: str = Field(alias="CARELINE_CLASSIFIER_PUBLIC_KEY", min_length=40)

    def own_checker(self, signer: Signer) -> Checker:
        """What checks the verifier's own earlier questions and approvals."""
        current = signer.key.public_key()
        return Checker.from_base64(self.public_keys).with_current(current) if self.public_keys else Checker(current)
