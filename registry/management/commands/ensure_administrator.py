"""`manage.py ensure_administrator`: somebody who can sign in to a new registry."""

import secrets
from typing import Any

from django.contrib.auth import get_user_model

from registry.upgrade.migrated import MigratedCommand


class Command(MigratedCommand):
    """Create the first superuser, “admin”, if there is none, and print the password once."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the superuser, or do nothing."""
        users = get_user_model()._default_manager
        if users.filter(is_superuser=True).exists():
            return
        password = secrets.token_urlsafe(12)
        users.create_superuser(username="admin", password=password)
        self.stdout.write(f"password: {password}")
