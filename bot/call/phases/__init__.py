"""What each phase of a call does with each event; one pure module per phase."""
