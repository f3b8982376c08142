"""The addresses of the product, with the error pages of the explorer."""

from config.urls import urlpatterns  # noqa: F401

handler404 = "explorer.errors.not_found"
handler500 = "explorer.errors.broken"
