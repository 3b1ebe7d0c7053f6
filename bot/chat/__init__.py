"""The chat of the city's web site: the same assistant, written or spoken in the browser."""
