"""The closed lists of those whom the callbot may have called.

They are the city's services, the fallback line, and the desks of the people of the city.
"""

from __future__ import annotations

from bot.extensions import parse_extensions
from integrations.city import City


def transfer_targets(city: City, uri_template: str, fallback: str) -> dict[str, str]:
    """Return SIP addresses by service code; "" is the fallback line.

    uri_template: holds {number}, or "" when calls are not put through to services. A service without
    `transfer_to` takes no calls.
    """
    targets = {"": fallback} if fallback else {}
    if uri_template:
        for code, service in city.services.items():
            if service.transfer_to:
                targets[code] = uri_template.format(number=service.transfer_to.replace(" ", ""))
    return targets


def agent_targets(uri_template: str, extensions: str) -> dict[str, str]:
    """Return SIP addresses by extension. extensions: see `parse_extensions`. Raises ValueError."""
    if not uri_template:
        return {}
    return {number: uri_template.format(number=number) for number in parse_extensions(extensions)}
