# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects of the controller: created, changed and deleted as AWX does it."""

from __future__ import annotations

import datetime
import itertools
import typing as t
import uuid

from . import rules
from .fields import InvalidValueError, clean
from .kinds import KINDS, UNIFIED, Json

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .kinds import Kind


class ApiError(Exception):
    """A response other than success."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body


def now() -> str:
    """The time, as AWX writes it."""
    return datetime.datetime.now(datetime.UTC).isoformat().replace("+00:00", "Z")


class Store:
    """The objects by endpoint and ID; `files_of` has the texts of a project's YAML files by path, of its C(scm_url)."""

    def __init__(self, files_of: Callable[[str], Mapping[str, str]]) -> None:
        self.files_of = files_of
        self.objects: dict[str, dict[int, Json]] = {endpoint: {} for endpoint in KINDS}
        self._numbers: dict[str, Iterator[int]] = {}

    def all(self, endpoint: str) -> list[Json]:
        """The objects of a list, oldest first."""
        if endpoint == "unified_job_templates":
            return sorted(
                (one for unified in UNIFIED for one in self.objects[unified].values()), key=lambda one: one["id"]
            )
        return list(self.objects[endpoint].values())

    def get(self, endpoint: str, number: int) -> Json:
        """One object; raises ApiError 404."""
        for one in self.all(endpoint):
            if one["id"] == number:
                return one
        raise ApiError(404, {"detail": "Not found."})

    def endpoint_of(self, one: Json) -> str:
        """The endpoint of an object."""
        return next(endpoint for endpoint, kind in KINDS.items() if kind.type == one["type"])

    def add(self, endpoint: str, values: Json) -> Json:
        """An object with these values, which are not checked."""
        kind = KINDS[endpoint]
        counter = self._numbers.setdefault(kind.numbers or endpoint, itertools.count(1))
        one = {
            "id": next(counter),
            "type": kind.type,
            "created": now(),
            "modified": now(),
            **{name: field.default for name, field in kind.fields.items()},
            **values,
            "associations": {name: [] for name in kind.associations},
        }
        self.objects[endpoint][one["id"]] = one
        return one

    def create(self, endpoint: str, data: Json) -> Json:
        """A new object of what a request sends; raises ApiError 400."""
        values = self._cleaned(KINDS[endpoint], data, partial=False)
        if endpoint == "workflow_job_template_nodes":
            values.setdefault("identifier", str(uuid.uuid4()))
        complete = {name: field.default for name, field in KINDS[endpoint].fields.items()} | values
        self._check(endpoint, complete, None)
        return self.add(endpoint, complete)

    def change(self, endpoint: str, one: Json, data: Json, *, partial: bool = True) -> Json:
        """The object with what a request sends; raises ApiError 400 or 403."""
        values = self._cleaned(KINDS[endpoint], data, partial=partial)
        if (
            endpoint == "credential_types"
            and self.is_used(one)
            and values.get("inputs", one["inputs"]) != one["inputs"]
        ):
            raise ApiError(
                403, {"detail": "Modifications to inputs are not allowed for credential types that are in use"}
            )
        self._check(endpoint, {**one, **values}, one)
        one.update(values, modified=now())
        return one

    def is_used(self, credential_type: Json) -> bool:
        """Whether there are credentials of a type."""
        return any(one["credential_type"] == credential_type["id"] for one in self.all("credentials"))

    def _cleaned(self, kind: Kind, data: Json, *, partial: bool) -> Json:
        values, errors = {}, {}
        for name, field in kind.fields.items():
            if name not in data:
                if field.required and not partial:
                    errors[name] = ["This field is required."]
                continue
            try:
                values[name] = clean(field, data[name])
            except InvalidValueError as error:
                errors[name] = [str(error)]
                continue
            if field.target and values[name] is not None and not self._exists(field.target, values[name]):
                errors[name] = [f'Invalid pk "{values[name]}" - object does not exist.']
        if errors:
            raise ApiError(400, errors)
        return values

    def _exists(self, endpoint: str, number: int) -> bool:
        return any(one["id"] == number for one in self.all(endpoint))

    def _check(self, endpoint: str, values: Json, before: Json | None) -> None:
        if endpoint == "job_templates":
            project = self.objects["projects"].get(values["project"] or 0)
            values["organization"] = project["organization"] if project else None
        errors = rules.errors_of(endpoint, values, self)
        if errors:
            raise ApiError(400, errors)
        kind = KINDS[endpoint]
        same = [
            one
            for one in self.all(endpoint)
            if one is not before and kind.unique and all(_value(self, one, key) == values[key] for key in kind.unique)
        ]
        if same:
            raise ApiError(400, rules.not_unique(kind))

    def delete(self, endpoint: str, one: Json) -> None:
        """Remove an object and what goes with it; what refers to it loses the reference."""
        if endpoint == "credential_types" and self.is_used(one):
            raise ApiError(403, {"detail": "Credential types that are in use cannot be deleted"})
        del self.objects[endpoint][one["id"]]
        if endpoint == "workflow_job_templates":
            nodes = self.all("workflow_job_template_nodes")
            for node in [node for node in nodes if node["workflow_job_template"] == one["id"]]:
                self.delete("workflow_job_template_nodes", node)
        if endpoint == "workflow_job_template_nodes":
            self.objects["workflow_approval_templates"].pop(one["unified_job_template"] or 0, None)
        self._forget(endpoint, one["id"])
        self._drop_unused_labels(one["associations"].get("labels", []))

    def _forget(self, endpoint: str, number: int) -> None:
        targets = {endpoint} | ({"unified_job_templates"} if endpoint in UNIFIED else set())
        for other, kind in KINDS.items():
            references = [name for name, field in kind.fields.items() if field.target in targets]
            lists = [name for name, target in kind.associations.items() if target in targets]
            for one in self.objects[other].values():
                one.update({name: None for name in references if one[name] == number})
                for name in lists:
                    one["associations"][name] = [found for found in one["associations"][name] if found != number]

    def associate(self, endpoint: str, one: Json, name: str, number: int, *, disassociate: bool) -> None:
        """Put an object into a list of another, or take it out; raises ApiError 400."""
        listed = one["associations"][name]
        other = self.get(KINDS[endpoint].associations[name], number)
        if disassociate:
            one["associations"][name] = [found for found in listed if found != number]
            if name == "labels":
                self._drop_unused_labels([number])
        elif number not in listed:
            error = rules.error_of_association(self, one, name, other)
            if error:
                raise ApiError(400, error)
            listed.append(number)

    def _drop_unused_labels(self, numbers: Sequence[int]) -> None:
        used = {
            number
            for endpoint in ("job_templates", "workflow_job_templates", "workflow_job_template_nodes")
            for one in self.objects[endpoint].values()
            for number in one["associations"]["labels"]
        }
        for number in set(numbers) - used:
            self.objects["labels"].pop(number, None)


def _value(store: Store, one: Json, key: str) -> t.Any:
    if key == "organization" and one["type"] == "job_template":
        project = store.objects["projects"].get(one["project"] or 0)
        return project["organization"] if project else None
    return one[key]
