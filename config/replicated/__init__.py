"""Several servers on one machine: a primary, replicas, a pooler, services and a proxy."""
