"""The checks, one a file: each is pure and gives a Fault or None."""
