"""The thread of notes on a record, and the mentions in it."""
