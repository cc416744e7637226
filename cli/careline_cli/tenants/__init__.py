"""Packs and tenants as the command works with them."""
