"""The gateway's connections: Postgres, Kafka, Redis, HTTP."""
