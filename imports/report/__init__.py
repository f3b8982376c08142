"""The report of a run: a page that a survey officer reads."""
