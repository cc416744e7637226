"""Careline gateway service."""
