"""Careline executor service."""
