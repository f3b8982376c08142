"""Third-party files, loaded: reader → mapping → staged rows → validation → report → upsert → report."""
