"""Plays question sets through the running system and grades what came back, row by row: right or wrong."""
