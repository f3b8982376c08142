"""Pages on which curators find doubles, compare them and merge them."""
