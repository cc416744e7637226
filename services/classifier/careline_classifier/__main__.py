"""`python -m careline_classifier`."""

from careline.runtime import run

from .app import create_app
from .settings import Settings

if __name__ == "__main__":
    run("classifier", Settings, create_app)
