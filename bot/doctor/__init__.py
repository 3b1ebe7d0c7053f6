"""`callbot doctor`: looks at everything that a call depends on, and says what to do."""
