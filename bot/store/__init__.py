"""Conversations and turns in SQL."""
