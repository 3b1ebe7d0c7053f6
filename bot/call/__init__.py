"""One call: a pure state machine and the shell that runs it."""
