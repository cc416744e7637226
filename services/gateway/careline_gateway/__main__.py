"""`python -m careline_gateway`."""

from careline.runtime import run

from .app import create_app
from .settings import GatewaySettings

if __name__ == "__main__":
    run("gateway", GatewaySettings, create_app)
