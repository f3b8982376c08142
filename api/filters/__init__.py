"""Parameters of requests and the filters of resources: from text to conditions and the values that they bind."""
