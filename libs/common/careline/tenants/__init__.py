"""Tenant packs: a business described as data; loaded, checked, published, looked up. The models are in `model`."""
