"""The application that a production server runs."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django = get_wsgi_application()
#: Static files are answered before Django; what is not one passes on.
application = WhiteNoise(django, root=settings.STATIC_ROOT, prefix=settings.STATIC_URL, max_age=3600)
