"""How well callers are understood, on sentences that nothing was trained on (`make eval`)."""
