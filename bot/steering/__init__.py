"""What the city's people steer while calls go on: which version of it each conversation is bound to."""
