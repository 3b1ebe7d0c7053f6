"""The embedded report system: an Open311 GeoReport v2 server."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from integrations.backend.context import Context, format_of
from integrations.backend.errors import GeoReportError
from integrations.backend.formats import ERRORS, answer
from integrations.backend.routes_requests import requests_router
from integrations.backend.routes_services import services_router

BASE_PATH = "/open311/v2"


def create_app(context: Context, changeset: str) -> FastAPI:
    """Put the server together. changeset: date of the last change of the services, with time zone."""
    app = FastAPI(title="Open311 GeoReport v2", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(services_router(context, changeset), prefix=BASE_PATH)
    app.include_router(requests_router(context), prefix=BASE_PATH)

    @app.get("/healthz")
    def healthz() -> dict[str, object]:
        context.store.check()
        return {"status": "ok", "services": len(context.catalogue.services)}

    @app.exception_handler(GeoReportError)
    def refused(request: Request, error: GeoReportError) -> Response:
        return _refusal(request, error.status, error.description)

    @app.exception_handler(HTTPException)
    def no_route(request: Request, error: HTTPException) -> Response:
        return _refusal(request, error.status_code, str(error.detail))

    @app.exception_handler(SQLAlchemyError)
    def database_failed(request: Request, _error: SQLAlchemyError) -> Response:
        return _refusal(request, 500, "the database does not answer")

    return app


def _refusal(request: Request, status: int, description: str) -> Response:
    content = [{"code": str(status), "description": description}]
    return answer(format_of(request), ERRORS, content, status)
