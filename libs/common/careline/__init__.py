"""Careline: what every service shares: wire contracts, messaging, tenant packs, storage, models, telemetry."""
