"""Careline insight service."""
