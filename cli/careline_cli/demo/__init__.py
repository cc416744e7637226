"""The demo: a scripted conversation, then the evaluation sets, on the real system."""
