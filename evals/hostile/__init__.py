"""Hostile models and events against the services' own handlers and a real Postgres: `python -m evals.hostile`."""
