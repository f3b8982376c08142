"""The admin site of this project."""

from django.contrib.admin.apps import AdminConfig


class RegistryAdminConfig(AdminConfig):
    """Use the registry's own site: its name, its front page."""

    default_site = "curation.site.RegistryAdminSite"
