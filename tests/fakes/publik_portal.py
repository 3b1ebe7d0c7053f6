"""A Publik portal in miniature: answers in the shapes of w.c.s., signatures checked as it checks them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import FastAPI, HTTPException, Request

ORIG, KEY = "callbot.nimes.example", "clé-du-portail"
FORMS: list[dict[str, Any]] = [
    {
        "title": "Demande d'acte de naissance",
        "slug": "acte-de-naissance",
        "url": "https://demarches.nimes.example/acte-de-naissance/",
        "description": "<p>Recevez une <b>copie</b> de votre acte&nbsp;de naissance.</p><p>Par la poste.</p>",
        "keywords": ["acte", "naissance"],
        "authentication_required": False,
        "always_advertise": False,
        "redirection": False,
        "functions": {
            "_receiver": {"label": "Destinataire", "role": {"slug": "etat-civil", "name": "État civil"}}
        },
        "category": "État civil",
        "category_slug": "etat-civil",
    },
    {
        "title": "Première carte d'identité d'un adulte",
        "slug": "carte-identite",
        "url": "https://demarches.nimes.example/carte-identite/",
        "description": "",
        "keywords": [],
        "authentication_required": True,
        "always_advertise": True,
        "redirection": False,
        "functions": {},
    },
    {
        "title": "Location d'un poulailler de quartier",
        "slug": "poulailler",
        "url": "https://demarches.nimes.example/poulailler/",
        "description": "",
        "keywords": ["poules", "œufs frais du quartier"],
        "authentication_required": True,
        "always_advertise": False,
        "redirection": True,
        "functions": {},
        "category": "Cadre de vie",
        "category_slug": "cadre-de-vie",
    },
    {
        "title": "Ancien formulaire",
        "slug": "ancien",
        "url": "http://demarches.nimes.example/ancien/",
        "description": "",
        "keywords": [],
        "authentication_required": False,
        "always_advertise": False,
        "redirection": False,
        "functions": {},
    },
]
CATEGORIES = [
    {
        "title": "État civil",
        "slug": "etat-civil",
        "url": "https://demarches.nimes.example/etat-civil/",
        "description": "<p>Actes</p>",
        "keywords": ["acte", "naissance"],
    }
]


def portal_app(forms: list[dict[str, Any]] = FORMS, *, is_old: bool = False) -> FastAPI:
    """is_old: a portal of the time when answers were bare lists."""
    app = FastAPI(openapi_url=None)
    nonces: set[str] = set()

    def wrapped(data: Any) -> Any:
        return data if is_old else {"err": 0, "data": data}

    def check(request: Request) -> None:
        query, given = request.url.query, request.query_params
        signed = query[: query.find("&signature=")]
        digest = hmac.new(KEY.encode(), signed.encode(), hashlib.sha256).digest()
        moment = datetime.strptime(given.get("timestamp", ""), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        is_right = (
            given.get("orig") == ORIG
            and given.get("algo") == "sha256"
            and given.get("signature") == base64.b64encode(digest).decode()
            and abs(datetime.now(UTC) - moment) <= timedelta(seconds=30)
            and given["nonce"] not in nonces
        )
        if not is_right:
            raise HTTPException(403)
        nonces.add(given["nonce"])

    @app.get("/api/formdefs/")
    def formdefs(request: Request) -> Any:
        check(request)
        return wrapped(forms)

    @app.get("/api/categories/")
    def categories(request: Request) -> Any:
        check(request)
        return wrapped(CATEGORIES)

    @app.get("/api/forms/")
    def listed(request: Request, q: str) -> Any:
        check(request)
        found = [
            {
                "name": "Demande d'acte de naissance",
                "url": f"https://demarches.nimes.example/acte-de-naissance/{raw}/",
                "datetime": "2026-11-20 10:15:00",
                "status": "Nouveau",
                "status_css_class": None,
                "keywords": ["acte"],
                "draft": is_draft,
                "form_number_raw": None if is_draft else raw,
                "form_number": None if is_draft else f"12-{raw}",
                "form_uri": f"acte-de-naissance/{raw}/",
                "form_receipt_date": "20/11/2026",
            }
            for raw, is_draft in (("341", False), ("34", False), ("9", True))
            if q in f"12-{raw}"
        ]
        return {"data": found}

    @app.get("/api/forms/{slug}/{raw}/")
    def form(request: Request, slug: str, raw: str) -> Any:
        check(request)
        if (slug, raw) not in (("acte-de-naissance", "34"), ("acte-de-naissance", "341")):
            raise HTTPException(404)
        if request.query_params.get("include-fields") != "off" or "include-user" not in request.query_params:
            raise AssertionError("what people wrote is nobody's business here")
        return {
            "id": f"acte-de-naissance/{raw}",
            "receipt_time": "2026-11-20T10:15:00",
            "last_update_time": "2026-11-23T16:02:11+01:00",
            "workflow": {
                "status": {"id": "2", "name": "En cours de traitement"},
                "real_status": {"id": "5", "name": "Vérification interne"},
            },
            "geolocations": {"base": {"lat": 43.8, "lon": 4.3}},
        }

    return app
