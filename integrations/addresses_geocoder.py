"""The national geocoder as one more source of coordinates: asked when it can be reached, missed by nobody.

Answers in GeoJSON, the shape of data.geopf.fr/geocodage/search. Nothing but a street and a number of the city
goes out.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import httpx
import structlog
from pydantic import BaseModel, Field, ValidationError
from rapidfuzz import fuzz

from integrations.addresses_geocoder_offline import HouseNumbers
from integrations.addresses_import_names import without_articles
from integrations.protocols import Geocoder, Place

log = structlog.get_logger()

MAX_ANSWER_BYTES = 256 * 1024
# The geocoder always finds something: what it found must be what was asked.
_MIN_SCORE = 0.6
_SAME_STREET = 92.0
_CACHED_PLACES = 2_000


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a geocoder is waited for and left alone, in seconds.

    answer_s: for a whole answer. failures: after so many in a row nobody is asked for `rest_s`, after another
    one for twice as long, up to `max_rest_s`. absent_s: how long "not found" is remembered.
    """

    answer_s: float = 1.0
    failures: int = 3
    rest_s: float = 30.0
    max_rest_s: float = 600.0
    absent_s: float = 3600.0


class Properties(BaseModel):
    """What the geocoder says of one place."""

    score: float
    name: str = ""
    street: str = ""
    housenumber: str = ""
    citycode: str = ""
    type: str = ""


class Geometry(BaseModel):
    """coordinates: longitude, then latitude, degrees."""

    type: str
    coordinates: tuple[float, float]


class Feature(BaseModel):
    geometry: Geometry
    properties: Properties


class FeatureCollection(BaseModel):
    features: list[Feature] = Field(max_length=50)


@dataclass(slots=True)
class Breaker:
    """Counts failures in a row and says when to ask again. Times are seconds of any clock."""

    patience: Patience
    n_failures: int = 0
    rests_until_s: float = field(default=float("-inf"))

    def may_ask(self, now_s: float) -> bool:
        return now_s >= self.rests_until_s

    def worked(self) -> None:
        self.n_failures = 0

    def failed(self, now_s: float, *, rest_s: float = 0.0) -> None:
        """rest_s: how long the other side asked to be left alone, at least."""
        self.n_failures += 1
        beyond = self.n_failures - self.patience.failures
        if beyond >= 0:
            rest_s = max(rest_s, self.patience.rest_s * 2 ** min(beyond, 10))
        self.rests_until_s = now_s + min(rest_s, self.patience.max_rest_s)


class NationalGeocoder:
    """Implements `Geocoder`. url: of the search, without a query. citycode: INSEE code of the city.

    clock: seconds, never going back.
    """

    def __init__(
        self, url: str, citycode: str, clock: Callable[[], float], patience: Patience | None = None
    ) -> None:
        self._url = url
        self._citycode = citycode
        self._clock = clock
        self._patience = patience or Patience()
        self._breaker = Breaker(self._patience)
        self._client = httpx.AsyncClient(headers={"Accept": "application/json"}, follow_redirects=False)
        # What was asked → coordinates, or when "not found" is forgotten.
        self._known: OrderedDict[str, tuple[float, float] | float] = OrderedDict()

    async def locate(self, place: Place) -> Place:
        if place.latitude is not None or not place.street or place.landmark:
            return place
        asked = f"{place.house_number} {place.street}".strip()
        known = self._known.get(asked)
        now_s = self._clock()
        if isinstance(known, tuple):
            self._known.move_to_end(asked)
            return replace(place, latitude=known[0], longitude=known[1])
        if (known is not None and now_s < known) or not self._breaker.may_ask(now_s):
            return place
        try:
            async with asyncio.timeout(self._patience.answer_s):
                found = _best(await self._ask(asked, place), place, self._citycode)
        except _RefusedError as error:
            self._note_failure(f"status {error.status}", error.retry_after_s)
            return place
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValidationError) as error:
            self._note_failure(type(error).__name__)
            return place
        self._breaker.worked()
        self._remember(asked, found or now_s + self._patience.absent_s)
        return replace(place, latitude=found[0], longitude=found[1]) if found else place

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _ask(self, asked: str, place: Place) -> list[Feature]:
        params = {
            "q": asked,
            "index": "address",
            "citycode": self._citycode,
            "type": "housenumber" if place.house_number else "street",
            "autocomplete": "0",
            "limit": "1",
        }
        body = bytearray()
        async with self._client.stream("GET", self._url, params=params, timeout=None) as response:
            if response.status_code != 200:
                raise _RefusedError(response.status_code, _seconds(response.headers.get("Retry-After", "")))
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise httpx.DecodingError("the answer is too long", request=response.request)
        return FeatureCollection.model_validate_json(bytes(body)).features

    def _note_failure(self, error: str, rest_s: float = 0.0) -> None:
        self._breaker.failed(self._clock(), rest_s=rest_s)
        log.info("geocoder_failed", error=error, n_failures=self._breaker.n_failures)

    def _remember(self, asked: str, found: tuple[float, float] | float) -> None:
        self._known[asked] = found
        self._known.move_to_end(asked)
        if len(self._known) > _CACHED_PLACES:
            self._known.popitem(last=False)


class FileFirst:
    """Implements `Geocoder`: the city's own file, then another geocoder, if there is one."""

    def __init__(self, house_numbers: HouseNumbers, online: Geocoder | None) -> None:
        self._house_numbers = house_numbers
        self._online = online

    async def locate(self, place: Place) -> Place:
        located = self._house_numbers.locate(place)
        if located.latitude is not None or self._online is None:
            return located
        return await self._online.locate(located)

    async def aclose(self) -> None:
        if self._online is not None:
            await self._online.aclose()


class _RefusedError(Exception):
    def __init__(self, status: int, retry_after_s: float) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.retry_after_s = retry_after_s


def _seconds(retry_after: str) -> float:
    return float(retry_after) if retry_after.isdecimal() else 0.0


def _best(features: list[Feature], place: Place, citycode: str) -> tuple[float, float] | None:
    """Latitude and longitude of the first answer, if that is what was asked."""
    if not features:
        return None
    said, (longitude, latitude) = features[0].properties, features[0].geometry.coordinates
    wanted_type = "housenumber" if place.house_number else "street"
    street = said.street or said.name
    is_street = fuzz.ratio(without_articles(street), without_articles(place.street)) >= _SAME_STREET
    is_here = said.citycode == citycode and said.type == wanted_type and said.score >= _MIN_SCORE
    is_on_earth = -90 <= latitude <= 90 and -180 <= longitude <= 180
    return (latitude, longitude) if is_street and is_here and is_on_earth else None
