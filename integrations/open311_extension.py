"""What this project adds to Open311 GeoReport v2; see docs/decisions/0002-our-reference-in-open311.md.

A server that lists EXTENSION under its endpoint's `extensions` in the discovery document
- takes the attributes below with a new request, and gives them back as fields of that request;
- keeps one request per reference: posting it again answers the first identifier and makes no second one;
- lets a complete report (`complete=true`) with the same reference replace the incomplete one;
- finds by reference: `GET requests?reference=…`, whatever the dates.

A server that lists UPDATES_EXTENSION
- speaks FixMyStreet's `servicerequestupdates`, and keeps one update per request and `update_id`;
- counts one more person for a request with an update that says `attribute[adds_person]=true`.
"""

from __future__ import annotations

EXTENSION = "callbot-reference-v1"
UPDATES_EXTENSION = "callbot-updates-v1"

REFERENCE = "reference"
COMPLETE = "complete"
PRIORITY = "priority"
SOURCE = "source"
REQUESTED_DATETIME = "requested_datetime"
ADDS_PERSON = "adds_person"

# The address of a report whose caller knew none: GeoReport needs a location.
UNKNOWN_PLACE = "lieu inconnu"

RESERVED_ATTRIBUTES = frozenset({REFERENCE, COMPLETE, PRIORITY, SOURCE, REQUESTED_DATETIME})
