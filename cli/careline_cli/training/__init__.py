"""What is learnt of a pack's examples before it serves: heads, a tuned encoder, and how far both can be trusted."""
