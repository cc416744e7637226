"""Careline retrieval service."""
