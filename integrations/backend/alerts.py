"""Alerts of sensors and of the hypervision centre: signed, once, and not too old.

A sender signs `{timestamp}.{body}` with the key that it shares with us (HMAC-SHA256, hexadecimal), the time
stamp being seconds since 1970, and sends both as headers. The time stamp may be TOLERANCE away from our
clock; a signature that was seen is refused, so that nobody can send again what he overheard. To repeat an
alert that got no answer, a sender signs it anew: its `event_id` makes sure that it opens one report.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from sqlalchemy import Engine, delete
from sqlalchemy.exc import IntegrityError

from integrations.backend.errors import GeoReportError
from integrations.backend.models import SeenSignature
from integrations.database import writing
from integrations.texts import writable

MAX_ALERT_BYTES = 16 * 1024
TOLERANCE = timedelta(minutes=5)
SENDER_HEADER = "X-Callbot-Sender"
TIMESTAMP_HEADER = "X-Callbot-Timestamp"
SIGNATURE_HEADER = "X-Callbot-Signature"


def _clean(value: object) -> object:
    return writable(value).strip() if isinstance(value, str) else value


class Alert(BaseModel):
    """What a sender tells. event_id: its own, once per event. sensor: which one noticed it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_id: Annotated[str, BeforeValidator(_clean), Field(min_length=1, max_length=40)]
    service_code: Annotated[str, BeforeValidator(_clean), Field(min_length=1, max_length=64)]
    description: Annotated[str, BeforeValidator(_clean), Field(max_length=4000)] = ""
    sensor: Annotated[str, BeforeValidator(_clean), Field(max_length=100)] = ""
    address: Annotated[str, BeforeValidator(_clean), Field(max_length=1000)] = ""
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    long: Annotated[float, Field(ge=-180, le=180)] | None = None
    priority: Annotated[int, Field(ge=1, le=3)] | None = None
    observed_at: AwareDatetime | None = None


def sign(key: str, timestamp: str, body: bytes) -> str:
    """Return the signature of an alert, hexadecimal."""
    return hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def check_signature(keys: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Return the sender's name. Raises GeoReportError unless the alert is signed by it, just now.

    keys: by sender.
    """
    sender = headers.get(SENDER_HEADER, "")
    timestamp = headers.get(TIMESTAMP_HEADER, "")
    given = headers.get(SIGNATURE_HEADER, "").removeprefix("sha256=")
    # An unknown sender takes as long as a known one.
    expected = sign(keys.get(sender, "") or "nobody", timestamp, body)
    if not hmac.compare_digest(given.encode(), expected.encode()) or not keys.get(sender):
        raise GeoReportError(403, "the signature is missing or wrong")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        raise GeoReportError(403, "the time stamp is in seconds since 1970")
    if abs(datetime.fromtimestamp(int(timestamp), UTC) - now) > TOLERANCE:
        raise GeoReportError(403, "the time stamp is too far from our clock")
    return sender


def use_once(engine: Engine, signature: str, now: datetime) -> None:
    """Note a signature. Raises GeoReportError when it was seen before."""
    try:
        with writing(engine) as session:
            # Older ones are refused by their time stamp.
            session.execute(delete(SeenSignature).where(SeenSignature.seen_at < now - 3 * TOLERANCE))
            session.add(SeenSignature(signature=signature, seen_at=now))
    except IntegrityError as error:
        raise GeoReportError(409, "this alert was received before") from error


def read_alert(body: bytes) -> Alert:
    """Return the alert. Raises GeoReportError that names the fields that are wrong."""
    try:
        alert = Alert.model_validate_json(body)
    except ValidationError as error:
        fields = sorted({".".join(str(part) for part in fault["loc"]) or "body" for fault in error.errors()})
        raise GeoReportError(400, f"wrong or missing: {', '.join(fields)}"[:300]) from error
    if (alert.lat is None) != (alert.long is None):
        raise GeoReportError(400, "lat and long go together")
    if alert.lat is None and not alert.address:
        raise GeoReportError(400, "a location is needed: lat and long, or address")
    return alert
