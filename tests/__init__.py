"""Tests, in the order of the packages; tests/conformance runs over every resource."""
