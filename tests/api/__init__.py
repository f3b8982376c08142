"""What the API answers, question by question."""
