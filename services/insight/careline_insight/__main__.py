"""`python -m careline_insight`."""

from careline.runtime import run

from .app import create_app
from .settings import Settings

if __name__ == "__main__":
    run("insight", Settings, create_app)
