"""A service as the documentation of Django REST framework and djangorestframework-gis shows it, over the same tables."""
