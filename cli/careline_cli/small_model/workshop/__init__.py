"""What runs in the engine's virtual environment, where torch and transformers are. Nothing here imports our other code.

It is called as `python -m careline_cli.small_model.workshop.train` with the folder of `careline_cli` on the path; what
is asked comes as a file, what happens goes out as a line of JSON each.
"""
