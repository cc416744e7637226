"""vLLM in a virtual environment of its own, and whether this machine has room for it."""
