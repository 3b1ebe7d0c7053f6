"""The city's systems behind protocols, and the city's own data."""
