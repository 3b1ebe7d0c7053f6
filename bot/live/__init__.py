"""Conversations in progress, as people of the city follow them and take them over."""
