"""How much of the seed can be loaded: the founding article, all cards, or all cards and then the files of fixtures/world."""

SEEDS = ARTICLE, CURATED, WORLD = ("article", "curated", "world")
