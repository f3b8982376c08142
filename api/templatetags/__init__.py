"""What templates of the API add to Django's."""
