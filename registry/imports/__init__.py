"""Files of others, loaded: reader → mapping → staged rows → validation → report → upsert → report."""
