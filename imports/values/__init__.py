"""Values as files write them, turned into the registry's words; what is odd about one becomes a problem of its row."""
