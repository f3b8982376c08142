"""The same thing twice: who is found, how surely, and at what cost."""
