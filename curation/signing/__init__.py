"""Signing in: slowed down for whoever guesses, safe for whoever comes back to what they had typed."""
