"""`python -m careline_cli` is `careline`."""

from careline_cli.app import main

main()
