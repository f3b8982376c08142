"""OGC API – Features: what the standards ask, over every collection, and the programs that read it."""
