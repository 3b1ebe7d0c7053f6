"""The embedded report system: an Open311 GeoReport v2 server."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from integrations.backend.context import Context, format_of
from integrations.backend.errors import GeoReportError
from integrations.backend.formats import ERRORS, Format, answer
from integrations.backend.openapi import openapi_document
from integrations.backend.routes_alerts import alerts_router
from integrations.backend.routes_desk import desk_router
from integrations.backend.routes_photos import photos_router
from integrations.backend.routes_requests import requests_router
from integrations.backend.routes_services import services_router
from integrations.backend.routes_updates import updates_router
from runtime.metrics import HttpMetrics

BASE_PATH = "/open311/v2"
DESK_PATH = "/desk/v1"


def create_app(context: Context, changeset: str, metrics: CollectorRegistry | None = None) -> FastAPI:
    """Put the server together.

    changeset: date of the last change of the services, with time zone. metrics: what is told to Prometheus.
    """
    app = FastAPI(title="Open311 GeoReport v2", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(services_router(context, changeset), prefix=BASE_PATH)
    app.include_router(requests_router(context), prefix=BASE_PATH)
    app.include_router(updates_router(context), prefix=BASE_PATH)
    app.include_router(desk_router(context), prefix=DESK_PATH)
    app.include_router(alerts_router(context))
    app.include_router(photos_router(context))

    @app.get("/healthz")
    def healthz() -> dict[str, object]:
        context.store.check()
        return {"status": "ok", "services": len(context.catalogue.services)}

    @app.get("/openapi.json")
    def openapi() -> dict[str, object]:
        return openapi_document(context.catalogue, BASE_PATH)

    if metrics is not None:
        app.add_middleware(HttpMetrics, registry=metrics, listener="backend")

        @app.get("/metrics")
        def prometheus(request: Request) -> Response:
            if not _is_local(request):
                raise GeoReportError(404, "nothing was found under this path")
            return Response(generate_latest(metrics), media_type=CONTENT_TYPE_LATEST)

    @app.exception_handler(GeoReportError)
    def refused(request: Request, error: GeoReportError) -> Response:
        return _refusal(request, error.status, error.description)

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, _error: RequestValidationError) -> Response:
        return _refusal(request, 404, "nothing was found under this path")

    @app.exception_handler(HTTPException)
    def no_route(request: Request, error: HTTPException) -> Response:
        answered = _refusal(request, error.status_code, str(error.detail))
        answered.headers.update(error.headers or {})
        return answered

    @app.exception_handler(SQLAlchemyError)
    def database_failed(request: Request, _error: SQLAlchemyError) -> Response:
        return _refusal(request, 500, "the database does not answer")

    return app


def _is_local(request: Request) -> bool:
    """Whether a request comes from this machine itself, not through a proxy on it."""
    came_on = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "via"))
    client = request.client.host if request.client else ""
    return not came_on and client in ("127.0.0.1", "::1")


def _refusal(request: Request, status: int, description: str) -> Response:
    content = [{"code": str(status), "description": description}]
    format_ = format_of(request) if request.url.path.startswith(BASE_PATH) else Format.JSON
    return answer(format_, ERRORS, content, status)
