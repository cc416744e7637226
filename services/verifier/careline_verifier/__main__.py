"""`python -m careline_verifier`."""

from careline.runtime import run

from .app import create_app
from .settings import Settings

if __name__ == "__main__":
    run("verifier", Settings, create_app)
