"""Sign-in: limits guesses of passwords, and keeps the input of a form whose session has expired."""
