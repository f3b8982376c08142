"""CQL2, the filter language of OGC API – Features: from text or JSON to a tree, from the tree to a clause of a query."""
