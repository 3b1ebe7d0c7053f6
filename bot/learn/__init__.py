"""Learns from what people corrected: examples, trainings, before against after, and the way back."""
