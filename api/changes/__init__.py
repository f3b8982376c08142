"""Changes: what became public, changed or ceased to be public, in an order that a mirror can follow without loss."""
