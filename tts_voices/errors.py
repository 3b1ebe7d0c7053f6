"""What can go wrong while a model is fetched."""


class SourceError(Exception):
    """One source could not give what was asked of it; another may."""
