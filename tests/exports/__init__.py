"""Exports: the same records as the lists, in every format, as real programs read them."""
