"""The history of a record as people read it: who changed what, when and why."""
