"""The simulated caller: a real SIP phone driven by a script."""
