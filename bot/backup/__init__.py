"""Backups of all that would be missed: databases, files and keys, taken while calls go on."""
