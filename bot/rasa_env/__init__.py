"""What concerns Rasa's own environment: its requirements, how it is trained and how it is served."""
