"""What GeoReport v2 shows of services and requests; nothing personal is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from integrations.backend.catalogue import Catalogue, ServiceType
from integrations.backend.dates import format_date
from integrations.backend.life import State
from integrations.backend.models import RequestEvent, ServiceRequest


def service_view(service: ServiceType) -> dict[str, Any]:
    """One line of GET services."""
    return {
        "service_code": service.code,
        "service_name": service.name,
        "description": service.name,
        "metadata": bool(service.attributes),
        "type": "realtime",
        "keywords": ", ".join(service.keywords),
        "group": service.group,
    }


def definition_view(service: ServiceType) -> dict[str, Any]:
    """The questions of a service. None is required: see `intake.read_request`."""
    return {
        "service_code": service.code,
        "attributes": [
            {
                "variable": True,
                "code": attribute.code,
                "datatype": attribute.datatype,
                "required": False,
                "datatype_description": None,
                "order": order,
                "description": attribute.description,
                "values": [{"key": key, "name": name} for key, name in attribute.values],
            }
            for order, attribute in enumerate(service.attributes, start=1)
        ],
    }


def request_view(row: ServiceRequest | Row[Any], catalogue: Catalogue) -> dict[str, Any]:
    """One request. What follows media_url is ours: see `integrations.open311_extension`."""
    service = catalogue.services.get(row.service_code)
    return {
        "service_request_id": str(row.id),
        "status": State(row.state).open311,
        "status_notes": row.status_notes or None,
        "service_name": service.name if service else None,
        "service_code": row.service_code,
        "description": row.description or None,
        "agency_responsible": row.agency or (service.agency if service else None),
        "service_notice": None,
        "requested_datetime": format_date(row.requested_at, catalogue.timezone),
        "updated_datetime": format_date(row.updated_at, catalogue.timezone),
        "expected_datetime": format_date(row.expected_at, catalogue.timezone),
        "address": row.address or None,
        "address_id": row.address_id or None,
        "zipcode": None,
        "lat": row.latitude,
        "long": row.longitude,
        # GeoReport has room for one; all of them follow.
        "media_url": row.media_url.partition(" ")[0] or None,
        "media_urls": row.media_url.split(),
        "extended_status": State(row.state).status,
        "duplicate_of": str(row.duplicate_of) if row.duplicate_of else None,
        "reference": row.reference,
        "complete": row.complete,
        "priority": row.priority,
        "source": row.source or None,
        "attributes": _answers(row.answers),
    }


def _answers(answers: Mapping[str, list[str]]) -> list[dict[str, str]]:
    return [{"code": code, "value": value} for code, values in answers.items() for value in values]


def update_view(event: RequestEvent, catalogue: Catalogue) -> dict[str, Any]:
    """One update, as FixMyStreet's extension shows it."""
    return {
        "update_id": str(event.id),
        "service_request_id": str(event.request_id),
        "status": event.status,
        "updated_datetime": format_date(event.at, catalogue.timezone),
        "description": event.note or None,
        "media_url": event.media_url.partition(" ")[0] or None,
    }
