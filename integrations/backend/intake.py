"""Reads the form of a new request: everything that comes from outside is checked here, once."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from integrations import open311_extension as extension
from integrations.backend.catalogue import Catalogue, ServiceType
from integrations.backend.dates import parse_date
from integrations.backend.errors import GeoReportError
from integrations.texts import writable

MAX_BODY_BYTES = 128 * 1024
MAX_FIELDS = 200
MAX_DESCRIPTION_CHARS = 4000

MAX_MEDIA_URLS = 10

# Whoever looks at the report will click on it: "javascript:" and its like stay out.
_MEDIA_URL = re.compile(r"https?://[^\s<>\"']+$", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"attribute\[([A-Za-z0-9_.-]{1,64})\](?:\[\])?")
_MAX_CHARS = {
    "address_string": 1000,
    "address_id": 128,
    "first_name": 200,
    "last_name": 200,
    "phone": 64,
    "email": 320,
    "device_id": 200,
    "account_id": 200,
}


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request that may be filed. answers: attribute code to the values given, as they came."""

    service: ServiceType
    description: str
    address: str
    address_id: str
    latitude: float | None
    longitude: float | None
    first_name: str
    last_name: str
    phone: str
    email: str
    device_id: str
    account_id: str
    media_url: str
    answers: Mapping[str, list[str]]
    reference: str | None
    priority: int
    source: str
    complete: bool
    requested_at: datetime


class Form:
    """Fields of a form; a field may come several times."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        self._fields = fields

    @classmethod
    def parse(cls, body: bytes) -> Form:
        """Read a form-encoded body. Raises GeoReportError."""
        try:
            pairs = parse_qsl(
                body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict"
            )
        except ValueError as error:
            raise GeoReportError(400, "the body is not a form in UTF-8, or has too many fields") from error
        fields: dict[str, list[str]] = {}
        for name, value in pairs:
            fields.setdefault(name, []).append(value)
        return cls.of(fields)

    @classmethod
    def of(cls, fields: Mapping[str, list[str]]) -> Form:
        """Take fields as they came."""
        return cls({name: [writable(value).strip() for value in values] for name, values in fields.items()})

    def get(self, name: str) -> str:
        """Return the first value that is not empty, else ""."""
        return next((value for value in self._fields.get(name, ()) if value), "")

    def all(self, name: str) -> list[str]:
        """Return all values that are not empty."""
        return [value for value in self._fields.get(name, ()) if value]

    def attributes(self) -> dict[str, list[str]]:
        """Return the values of `attribute[code]` and `attribute[code][]`, by code."""
        found: dict[str, list[str]] = {}
        for name, values in self._fields.items():
            match = _ATTRIBUTE.fullmatch(name)
            if match:
                found.setdefault(match[1], []).extend(value for value in values if value)
            elif name.startswith("attribute"):
                raise GeoReportError(400, "an attribute is written attribute[code] or attribute[code][]")
        return found


def read_request(form: Form, catalogue: Catalogue, now: datetime) -> NewRequest:
    """Check a form and return what is to be filed. Raises GeoReportError.

    Answers to a service's questions are kept as they come: a report with a strange answer, or none, is worth
    more than no report.
    """
    service = _service(form, catalogue)
    answers = form.attributes()
    ours = {code: "".join(answers.pop(code, [])[:1]) for code in extension.RESERVED_ATTRIBUTES}
    texts = {name: read_text(form, name, limit) for name, limit in _MAX_CHARS.items()}
    latitude, longitude = _position(form)
    if latitude is None and not texts["address_string"] and not texts["address_id"]:
        raise GeoReportError(400, "a location is needed: lat and long, address_string or address_id")
    return NewRequest(
        service=service,
        description=read_text(form, "description", MAX_DESCRIPTION_CHARS),
        address=texts.pop("address_string"),
        latitude=latitude,
        longitude=longitude,
        media_url=read_media_urls(form),
        answers=answers,
        reference=_reference(ours[extension.REFERENCE]),
        priority=_priority(ours[extension.PRIORITY], service),
        source=ours[extension.SOURCE][:32],
        complete=_complete(ours[extension.COMPLETE]),
        requested_at=_requested_at(ours[extension.REQUESTED_DATETIME], now),
        **texts,
    )


def _service(form: Form, catalogue: Catalogue) -> ServiceType:
    code = form.get("service_code")
    if not code:
        raise GeoReportError(400, "service_code was not provided")
    service = catalogue.services.get(code)
    if service is None:
        raise GeoReportError(404, "service_code was not found")
    return service


def read_media_urls(form: Form) -> str:
    """Return the addresses of photos elsewhere, separated by spaces. Raises GeoReportError."""
    urls = [url for value in form.all("media_url") for url in value.split()]
    if len(urls) > MAX_MEDIA_URLS or any(len(url) > 1000 or not _MEDIA_URL.match(url) for url in urls):
        raise GeoReportError(400, f"media_url is at most {MAX_MEDIA_URLS} addresses that start with http")
    return " ".join(urls)


def read_text(form: Form, name: str, limit: int) -> str:
    """Return a field. Raises GeoReportError when it is too long."""
    value = form.get(name)
    if len(value) > limit:
        raise GeoReportError(400, f"{name} has more than {limit} characters")
    return value


def _position(form: Form) -> tuple[float, float] | tuple[None, None]:
    latitude, longitude = form.get("lat"), form.get("long")
    if not latitude and not longitude:
        return None, None
    if not latitude or not longitude:
        raise GeoReportError(400, "lat and long go together")
    return _degrees("lat", latitude, 90), _degrees("long", longitude, 180)


def _degrees(name: str, text: str, limit: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    # Also refuses NaN and the infinities.
    if not -limit <= value <= limit:
        raise GeoReportError(400, f"{name} is not a number of degrees between -{limit} and {limit}")
    return value


def _reference(text: str) -> str | None:
    if len(text) > 64:
        raise GeoReportError(400, "attribute[reference] has more than 64 characters")
    return text or None


def _priority(text: str, service: ServiceType) -> int:
    if not text:
        return service.priority
    if text not in ("1", "2", "3"):
        raise GeoReportError(400, "attribute[priority] is 1, 2 or 3")
    return int(text)


def _complete(text: str) -> bool:
    if text not in ("", "true", "false"):
        raise GeoReportError(400, "attribute[complete] is true or false")
    return text != "false"


def _requested_at(text: str, now: datetime) -> datetime:
    """Return when the report was made: before now if it had to wait for us."""
    if not text:
        return now
    try:
        moment = parse_date(text)
    except ValueError as error:
        raise GeoReportError(400, "attribute[requested_datetime] is not a date with its time zone") from error
    # A client's clock may be ahead; what it reports has happened all the same.
    return min(moment, now)
