"""The environment of a service's process: everything it needs, and no secret that is not its own."""

from collections.abc import Mapping

from careline_cli.stack.stack import Stack

# Whoever starts the stack may have these set for something else; a service only gets the ones below.
_SECRET = (
    "CARELINE_GATEWAY_PRIVATE_KEY",
    "CARELINE_CLASSIFIER_PRIVATE_KEY",
    "CARELINE_VERIFIER_PRIVATE_KEY",
    "CARELINE_AGENT_TOKEN",
    "CARELINE_CUSTOMER_SECRET",
    "CARELINE_DATA_KEYS",
    "CARELINE_DATA_KEYS_FILE",
    "CARELINE_CLAIM_KEYS",
)

# Those that read the business's rows, whose sealed columns they open.
_OPENING = ("classifier", "executor", "verifier")

# Those that see rows of tenants, as their signed claims say.
_CLAIMING = ("gateway", "classifier", "executor", "verifier")

# Those that ask language models: CARELINE_SMALL_..., CARELINE_LARGE_... and CARELINE_TIERS are theirs.
_ASKING = ("classifier", "executor", "verifier")
_MODELS = ("CARELINE_SMALL_", "CARELINE_LARGE_", "CARELINE_TIERS")

# The gateway alone sends letters, and alone has the key for it.
_LETTERS = ("CARELINE_COURIER", "CARELINE_SMS_COURIER")

# Other systems that operations call: the executor may change things there, the verifier may look; nobody else is told.
_SYSTEMS = "CARELINE_SYSTEM_"
_TO_CHANGE = ("_SECRET", "_SECRET_FILE")
_TO_LOOK = ("_READ_SECRET", "_READ_SECRET_FILE")

# Concurrency comes from processes and conversations; numeric libraries must not each take every core.
_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


def service_environment(service: str, stack: Stack, port: int, env: Mapping[str, str]) -> dict[str, str]:
    """`env` (the supervisor's own) plus what this service needs of the stack."""
    secrets = stack.secrets
    own = {
        "KAFKA_BOOTSTRAP_SERVERS": stack.kafka,
        "REDIS_URL": stack.redis_url,
        "DATABASE_URL": stack.database_url_of(service),
        "CARELINE_HOME": str(stack.home.root),
        "CARELINE_HTTP_HOST": "127.0.0.1",
        "CARELINE_HTTP_PORT": str(port),
        "CARELINE_ENCODER_DIR": str(stack.home.encoder),
        "CARELINE_CUSTOMER_SECRET": secrets.customer_secret,
        "CARELINE_GATEWAY_PUBLIC_KEY": secrets.gateway.public,
        "CARELINE_VERIFIER_PUBLIC_KEY": secrets.verifier.public,
        "CARELINE_CLASSIFIER_PUBLIC_KEY": secrets.classifier.public,
        "PYTHONUNBUFFERED": "1",
    }
    if service in ("gateway", "insight"):
        own["CARELINE_AGENT_TOKEN"] = secrets.agent_token
    if service == "gateway":
        own["CARELINE_GATEWAY_PRIVATE_KEY"] = secrets.gateway.private
        # While nothing else is said, what would go out by e-mail or SMS stays on this machine: `careline outbox`.
        own["CARELINE_COURIER"] = env.get("CARELINE_COURIER", "outbox")
    if service == "classifier":
        own["CARELINE_CLASSIFIER_PRIVATE_KEY"] = secrets.classifier.private
    if service == "verifier":
        own["CARELINE_VERIFIER_PRIVATE_KEY"] = secrets.verifier.private
    if service in _OPENING and secrets.data_keys:
        own["CARELINE_DATA_KEYS"] = secrets.data_keys
    if service in _CLAIMING:
        own["CARELINE_CLAIM_KEYS"] = secrets.claim_keys[service]
    asks = service in _ASKING
    inherited = {
        name: value
        for name, value in env.items()
        if name not in _SECRET
        and not name.endswith("_CLAIM_KEYS")
        and (asks or not name.startswith(_MODELS))
        and (service == "gateway" or not name.startswith(_LETTERS))
        and _of_systems(service, name)
    }
    return {**inherited, **_ONE_THREAD, **own}


def _of_systems(service: str, name: str) -> bool:
    """Whether a service gets a variable, as far as it is about other systems."""
    if not name.startswith(_SYSTEMS):
        return True
    to_look = name.endswith(_TO_LOOK)
    if service == "executor":
        return not to_look
    return service == "verifier" and (to_look or not name.endswith(_TO_CHANGE))
