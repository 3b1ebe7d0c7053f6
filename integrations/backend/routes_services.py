"""Discovery and services: what can be reported here, and how."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from integrations.backend.context import Context, read_format
from integrations.backend.errors import GeoReportError
from integrations.backend.formats import DEFINITION, DISCOVERY, SERVICES, answer
from integrations.backend.views import definition_view, service_view
from integrations.open311_extension import EXTENSION, UPDATES_EXTENSION

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"


def services_router(context: Context, changeset: str) -> APIRouter:
    """Return the routes. changeset: date of the last change of the services."""
    router = APIRouter()

    @router.get("/discovery.{format_name}")
    def discovery(format_name: str, request: Request) -> Response:
        base = str(request.url.replace(query="")).rpartition("/")[0]
        endpoint = {
            "specification": SPECIFICATION,
            "url": base,
            "changeset": changeset,
            "type": "production",
            "formats": ["text/xml", "application/json"],
            "extensions": [EXTENSION, UPDATES_EXTENSION],
        }
        content = {
            "changeset": changeset,
            "contact": "",
            "key_service": "",
            "endpoints": [endpoint],
        }
        return answer(read_format(format_name), DISCOVERY, content)

    @router.get("/services.{format_name}")
    def services(format_name: str, jurisdiction_id: str = "") -> Response:
        format_ = read_format(format_name)
        context.check_jurisdiction(jurisdiction_id)
        return answer(format_, SERVICES, [service_view(s) for s in context.catalogue.services.values()])

    @router.get("/services/{service_code}.{format_name}")
    def definition(service_code: str, format_name: str, jurisdiction_id: str = "") -> Response:
        format_ = read_format(format_name)
        context.check_jurisdiction(jurisdiction_id)
        service = context.catalogue.services.get(service_code)
        if service is None:
            raise GeoReportError(404, "service_code was not found")
        return answer(format_, DEFINITION, definition_view(service))

    return router
