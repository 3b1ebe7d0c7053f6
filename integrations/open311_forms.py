"""What is posted to a GeoReport v2 server, but for the key and the jurisdiction."""

from __future__ import annotations

from integrations import open311_extension as extension
from integrations.open311_statuses import Status
from integrations.protocols import Report, ReportUpdate

MAX_DESCRIPTION_CHARS = 4000
MAX_ADDRESS_CHARS = 1000
MAX_ANSWER_CHARS = 1000


def report_form(report: Report, *, is_extended: bool) -> dict[str, str]:
    """Return what is posted, but for the key: standard fields, and what only our extension understands."""
    place = report.place
    form = {
        "service_code": report.problem_code,
        "description": _description(report, is_extended=is_extended),
        "address_string": place.label[:MAX_ADDRESS_CHARS] or extension.UNKNOWN_PLACE,
        # GeoReport wants two names and callers say one, in any order: cutting it could only spoil it.
        "last_name": report.caller_name,
        "phone": report.caller_phone,
        **{f"attribute[{code}]": answer[:MAX_ANSWER_CHARS] for code, answer in report.answers.items()},
    }
    if place.latitude is not None and place.longitude is not None:
        form |= {"lat": f"{place.latitude:.7f}", "long": f"{place.longitude:.7f}"}
    if report.photo_url:
        form["media_url"] = report.photo_url
    ours = {
        extension.REFERENCE: report.reference,
        extension.COMPLETE: "true" if report.complete else "false",
        extension.PRIORITY: str(report.priority),
        extension.SOURCE: report.source,
        extension.REQUESTED_DATETIME: report.requested_at.isoformat(),
    }
    form |= {f"attribute[{code}]": value for code, value in ours.items()}
    return {name: value for name, value in form.items() if value}


def _description(report: Report, *, is_extended: bool) -> str:
    """Return the description; where nothing else can carry our reference, it ends with it."""
    if is_extended:
        return report.description[:MAX_DESCRIPTION_CHARS]
    mark = f"Référence : {report.reference}"
    room = MAX_DESCRIPTION_CHARS - len(mark) - 2
    return f"{report.description[:room]}\n\n{mark}".strip()


def update_form(update: ReportUpdate, backend_id: str) -> dict[str, str]:
    """Return an update in FixMyStreet's form. What it says leaves the request as open as it was."""
    form = {
        "service_request_id": backend_id,
        "update_id": update.update_id,
        "updated_datetime": update.updated_at.isoformat(),
        "status": Status.OPEN,
        "description": update.description[:MAX_DESCRIPTION_CHARS],
        "phone": update.phone,
        f"attribute[{extension.ADDS_PERSON}]": "true" if update.adds_person else "",
    }
    return {name: value for name, value in form.items() if value}
