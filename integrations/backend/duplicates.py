"""Open requests that may be about the same problem: same type, within 50 m or at the same address."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, or_, select
from sqlalchemy.orm import Session

from integrations.backend.life import OPEN_STATES
from integrations.backend.models import ServiceRequest
from integrations.open311_extension import UNKNOWN_PLACE
from integrations.report_places import NEAR_M, Point, address_key, box_around, distance_m

MAX_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """A request that may be about the same problem. distance_m: metres, 0 at the same address."""

    request: ServiceRequest
    distance_m: float


def telling_key(address: str) -> str:
    """Return the key of an address; "" for one that says too little: "ici", "lieu inconnu"."""
    key = address_key(address)
    return key if " " in key and key != address_key(UNKNOWN_PLACE) else ""


def find_candidates(
    engine: Engine, service_code: str, point: Point | None, key: str, but: int = 0
) -> Sequence[Candidate]:
    """Return the open requests of a type near a point or at an address, nearest first, then oldest.

    key: see `telling_key`. but: the identifier of the request that is asked for.
    """
    places: list[ColumnElement[bool]] = [ServiceRequest.address_key == key] if key else []
    if point is not None:
        box = box_around(point)
        places.append(
            ServiceRequest.latitude.between(box.south, box.north)
            & ServiceRequest.longitude.between(box.west, box.east)
        )
    if not places:
        return ()
    alike = select(ServiceRequest).where(
        ServiceRequest.service_code == service_code,
        ServiceRequest.state.in_(OPEN_STATES),
        ServiceRequest.id != but,
        or_(*places),
    )
    with Session(engine) as session:
        found = [Candidate(row, _distance_m(row, point, key)) for row in session.scalars(alike)]
    near = [candidate for candidate in found if candidate.distance_m <= NEAR_M]
    near.sort(key=lambda candidate: (candidate.distance_m, candidate.request.requested_at))
    return near[:MAX_CANDIDATES]


def point_of(row: ServiceRequest) -> Point | None:
    """Return where a request is, if it says so in degrees."""
    if row.latitude is None or row.longitude is None:
        return None
    return Point(row.latitude, row.longitude)


def _distance_m(row: ServiceRequest, point: Point | None, key: str) -> float:
    if key and row.address_key == key:
        return 0.0
    there = point_of(row)
    return distance_m(point, there) if point and there else math.inf
