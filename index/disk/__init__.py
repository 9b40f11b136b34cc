"""How an index lies on disk, and what a later build takes over from it."""
