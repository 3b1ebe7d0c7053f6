"""The embedded report desk: an Open311 GeoReport v2 server."""
