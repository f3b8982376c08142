# The service without its database, for compose.yaml: what ./run serve installs and starts on Debian 12.
FROM python:3.11-slim-bookworm

# GDAL for GeoDjango; psql and pg_dump of the same version as the database of compose.yaml.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgdal32 postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home registry \
    && install -d -o registry -g registry /srv/registry /var/lib/registry

WORKDIR /srv/registry
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY --chown=registry:registry . .

USER registry
# The secret key is made at the first start and kept in the state folder, which is a volume.
ENV DJANGO_SETTINGS_MODULE=config.settings PYTHONUNBUFFERED=1 REGISTRY_STATE=/var/lib/registry
EXPOSE 8000
CMD ["python", "-m", "config.serve", "--host", "0.0.0.0", "--port", "8000"]
