"""End-to-end fine-tuning of the sentence encoder, in a process and a Python environment of its own.

torch is large and is needed for training alone: `make trainer` installs it into `.local/trainer`, away from what the
services use. `trainer` starts that process and turns what it learnt into an int8 ONNX encoder; everything else here
runs inside it.
"""
