"""The seed: cards that people write in `fixtures/`, read, merged and written to the registry (see docs/seed.md).

The way of a card is one straight line: `reader` (YAML) → `cards` (which keys a card may have) → `merge` (cards of one
record become one) → `rows` (what each table should hold) → `stored` (what it holds) → `writer` (the differences).
"""
