"""Careline classifier service."""
