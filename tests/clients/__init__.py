"""Clients generated from openapi.yaml."""
