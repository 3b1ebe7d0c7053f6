"""Several bots on one database: what they tell each other, and how each knows which of them live."""
