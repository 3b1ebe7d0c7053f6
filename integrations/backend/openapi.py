"""The OpenAPI document of the public side: `openapi.yml`, with this city's services."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from integrations.backend.catalogue import Catalogue

TEMPLATE = Path(__file__).with_name("openapi.yml")


def openapi_document(catalogue: Catalogue, base_path: str) -> dict[str, Any]:
    """Return the document. base_path: where GeoReport is served, without a slash at its end."""
    document: dict[str, Any] = yaml.safe_load(TEMPLATE.read_text(encoding="utf-8"))
    document["servers"] = [{"url": base_path}]
    document["components"]["schemas"]["service_code"]["enum"] = list(catalogue.services)
    return document
