"""`python -m careline_retrieval`."""

from careline.runtime import run

from .app import create_app
from .settings import Settings

if __name__ == "__main__":
    run("retrieval", Settings, create_app)
