"""A small model of a business's own: dialogues from its pack, training in the engine's environment, export for vLLM."""
