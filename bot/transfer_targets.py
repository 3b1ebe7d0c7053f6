"""The closed list of those whom the callbot may have called: the city's services and the fallback line."""

from __future__ import annotations

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
