# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects and lists as the API shows them."""

from __future__ import annotations

import functools
import typing as t
import urllib.parse

from . import surveys
from .kinds import EDGES, KINDS, Json
from .store import ApiError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .store import Store

ROOT: t.Final = "/api/v2/"
_PAGE: t.Final = 25
_MAX_PAGE: t.Final = 200
# What lists of requests are not filters.
_NO_FILTERS: t.Final = frozenset({"page", "page_size", "order_by", "search", "format"})
# What an object keeps for the controller itself.
_HIDDEN: t.Final = frozenset({"associations", "survey_spec", "polls_left"})
_LOOKUPS: t.Final[dict[str, t.Callable[[str, str], bool]]] = {
    "exact": lambda have, want: have == want,
    "iexact": lambda have, want: have.lower() == want.lower(),
    "contains": lambda have, want: want in have,
    "icontains": lambda have, want: want.lower() in have.lower(),
    "startswith": lambda have, want: have.startswith(want),
    "in": lambda have, want: have in want.split(","),
}


def url_of(store: Store, one: Json) -> str:
    """The address of an object."""
    return f"{ROOT}{store.endpoint_of(one)}/{one['id']}/"


def shown(store: Store, one: Json) -> Json:
    """An object as the API shows it."""
    endpoint = store.endpoint_of(one)
    kind = KINDS[endpoint]
    values = {name: value for name, value in one.items() if name not in _HIDDEN}
    if endpoint == "credentials":
        values["inputs"] = _without_secrets(store, one)
    if endpoint == "credential_types":
        values |= {"managed": False, "namespace": None}
    if endpoint == "job_templates":
        project = store.objects["projects"].get(one["project"] or 0)
        values["organization"] = project["organization"] if project else None
    edges = {name: numbers for name, numbers in one["associations"].items() if name in EDGES}
    names = [*kind.associations, *kind.related]
    references = {
        name: f"{ROOT}{_real_endpoint(store, field.target, one[name])}/{one[name]}/"
        for name, field in kind.fields.items()
        if field.target and one.get(name) is not None
    }
    return {
        **values,
        **edges,
        "url": url_of(store, one),
        "related": {**{name: f"{url_of(store, one)}{name}/" for name in names}, **references},
        "summary_fields": _summary_fields(store, one),
    }


def _real_endpoint(store: Store, endpoint: str, number: int) -> str:
    return store.endpoint_of(store.get(endpoint, number)) if endpoint == "unified_job_templates" else endpoint


def _without_secrets(store: Store, credential: Json) -> Json:
    fields = store.get("credential_types", credential["credential_type"])["inputs"].get("fields", [])
    secrets = {field["id"] for field in fields if field.get("secret")}
    return {
        name: surveys.ENCRYPTED if name in secrets and value else value for name, value in credential["inputs"].items()
    }


def _summary_fields(store: Store, one: Json) -> Json:
    endpoint = store.endpoint_of(one)
    summary: Json = {}
    for name, field in KINDS[endpoint].fields.items():
        if field.target and one.get(name) is not None:
            other = store.get(field.target, one[name])
            summary[name] = {key: other[key] for key in ("id", "name", "description", "type") if key in other}
    for name in ("labels", "credentials"):
        numbers = one["associations"].get(name)
        if numbers is not None:
            found = [{"id": number, "name": store.get(name, number)["name"]} for number in numbers]
            summary[name] = {"count": len(found), "results": found} if name == "labels" else found
    if endpoint == "job_templates" and one["project"] is not None:
        # A job template is in the organization of its project.
        summary |= {"organization": _summary_fields(store, store.get("projects", one["project"])).get("organization")}
    if endpoint == "projects":
        updates = [update for update in store.all("project_updates") if update["project"] == one["id"]]
        if updates and not updates[-1]["finished"]:
            summary["current_update"] = {"id": updates[-1]["id"], "status": updates[-1]["status"]}
    return summary


def page(store: Store, endpoint: str, objects: Iterable[Json], path: str, query: Mapping[str, Sequence[str]]) -> Json:
    """A page of a list: {count, next, previous, results}; raises ApiError for an unknown filter or page."""
    found = [one for one in objects if _matches(store, endpoint, one, query)]
    for order in query.get("order_by", ["id"])[0].split(","):
        key = order.lstrip("-")
        found.sort(key=functools.partial(_sorting_value, key), reverse=order.startswith("-"))
    size = min(_number(query, "page_size", _PAGE), _MAX_PAGE)
    number = _number(query, "page", 1)
    pages = max(1, -(-len(found) // size))
    if number > pages:
        raise ApiError(404, {"detail": "Invalid page."})
    return {
        "count": len(found),
        "next": _page_url(path, query, number + 1) if number < pages else None,
        "previous": _page_url(path, query, number - 1) if number > 1 else None,
        "results": [shown(store, one) for one in found[(number - 1) * size : number * size]],
    }


def _sorting_value(key: str, one: Json) -> tuple[int, str]:
    value = one.get(key)
    return (value, "") if isinstance(value, int) else (0, str(value))


def _number(query: Mapping[str, Sequence[str]], name: str, default: int) -> int:
    text = query.get(name, [str(default)])[0]
    if not text.isdecimal() or int(text) < 1:
        raise ApiError(404, {"detail": "Invalid page."})
    return int(text)


def _page_url(path: str, query: Mapping[str, Sequence[str]], number: int) -> str:
    return f"{path}?{urllib.parse.urlencode({**query, 'page': [str(number)]}, doseq=True)}"


def _matches(store: Store, endpoint: str, one: Json, query: Mapping[str, Sequence[str]]) -> bool:
    alternatives: list[bool] = []
    required: list[bool] = []
    visible = shown(store, one)
    for name, values in query.items():
        if name in _NO_FILTERS:
            continue
        any_of = name.startswith("or__")
        field, _separator, lookup = name.removeprefix("or__").partition("__")
        if endpoint == "unified_job_templates" and field == "organization":
            visible.setdefault(field, None)
        if field not in visible or (lookup or "exact") not in _LOOKUPS:
            label = KINDS[endpoint].label.replace(" ", "") if endpoint in KINDS else "UnifiedJobTemplate"
            raise ApiError(400, {"detail": f"{label} has no field named '{field}'"})
        have = "" if visible[field] is None else str(visible[field])
        (alternatives if any_of else required).append(all(_LOOKUPS[lookup or "exact"](have, want) for want in values))
    return all(required) and (not alternatives or any(alternatives))
