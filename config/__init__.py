"""How the service is put together: settings, addresses, health, the private database."""
