"""Proposals: changes of records that readers do not see until a reviewer publishes them."""
