"""`python -m careline_executor`."""

from careline.runtime import run

from .app import create_app
from .settings import Settings

if __name__ == "__main__":
    run("executor", Settings, create_app)
