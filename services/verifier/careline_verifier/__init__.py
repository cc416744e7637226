"""Careline verifier service."""
