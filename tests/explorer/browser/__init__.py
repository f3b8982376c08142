"""The pages over the seed, in a real browser."""
