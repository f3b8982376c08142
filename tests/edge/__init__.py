"""The edge of a worker: clients that are slow, hostile or many."""
