# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWX wants of whole objects, beyond their single fields: the bodies of its responses 400. They only read."""

from __future__ import annotations

import re
import typing as t

from . import surveys
from .credential_types import check_injectors, check_inputs
from .fields import InvalidValueError
from .kinds import EDGES, PROMPT_OF, PROMPTED, Json

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .kinds import Kind
    from .store import Store

# A playbook is a YAML file with one of these keys; files of roles and tasks are none.
_PLAY: t.Final = re.compile(
    r"^\s*?-?\s*?(?:hosts|(?:ansible\.builtin\.)?import_playbook|include):\s*?.*?$", re.MULTILINE
)
_NO_PLAYBOOKS: t.Final = frozenset({"roles", "tasks", "group_vars", "host_vars"})
_NOT_PROMPTED: t.Final = "Field is not configured to prompt on launch."


def not_unique(kind: Kind) -> Json:
    """The body for a second object of the same name."""
    if kind.type in ("job_template", "workflow_job_template"):
        return {"__all__": [f"{kind.label} with this ({', '.join(kind.unique)}) combination already exists."]}
    words = [name.replace("_", " ").capitalize() for name in kind.unique]
    if len(words) == 1:
        return {kind.unique[0]: [f"{kind.label} with this {words[0]} already exists."]}
    return {"__all__": [f"{kind.label} with this {', '.join(words[:-1])} and {words[-1]} already exists."]}


def errors_of(endpoint: str, values: Json, store: Store) -> Json:
    """The body of the response 400 for an object with these values; empty if AWX takes it."""
    check = _CHECKS.get(endpoint)
    return check(values, store) if check else {}


def _errors_of_credential_type(values: Json, _store: Store) -> Json:
    try:
        check_inputs(values["inputs"])
    except InvalidValueError as error:
        return {"inputs": [str(error)]}
    try:
        check_injectors(values["injectors"], values["inputs"])
    except InvalidValueError as error:
        return {"injectors": [str(error)]}
    return {}


def _errors_of_credential(values: Json, store: Store) -> Json:
    known = {
        field["id"] for field in store.get("credential_types", values["credential_type"])["inputs"].get("fields", [])
    }
    unknown = sorted(set(values["inputs"]) - known)
    return {"inputs": {name: ["Additional properties are not allowed"] for name in unknown}} if unknown else {}


def _errors_of_project(values: Json, _store: Store) -> Json:
    if values["scm_type"] and not values["scm_url"] and values["scm_type"] != "insights":
        return {"scm_url": ["SCM URL is required."]}
    if values["scm_type"] and values["organization"] is None:
        return {"organization": ["Organization is missing"]}
    return {}


def _errors_of_job_template(values: Json, store: Store) -> Json:
    if values["inventory"] is None and not values["ask_inventory_on_launch"]:
        return {"inventory": ["You must either set a default value or ask to prompt on launch."]}
    if values["project"] is None:
        return {"project": ["Job Templates must have a project assigned."]}
    project = store.get("projects", values["project"])
    if not values["playbook"]:
        return {"playbook": ["Must select playbook for project."]}
    if values["playbook"] not in playbooks_of(project, store):
        return {"playbook": ["Playbook not found for project."]}
    return {}


def playbooks_of(project: Json, store: Store) -> list[str]:
    """The playbooks that AWX knows of a project: none before its first update."""
    return playbooks_among(store.files_of(project["scm_url"])) if project["status"] == "successful" else []


def playbooks_among(files: t.Mapping[str, str]) -> list[str]:
    """The files, by path and text, that AWX offers as playbooks."""
    named = {path: text for path, text in files.items() if path.endswith((".yml", ".yaml")) and _PLAY.search(text)}
    return sorted(path for path in named if not any(_is_left_out(folder) for folder in path.split("/")[:-1]))


def _is_left_out(folder: str) -> bool:
    return folder.startswith(".") or folder in _NO_PLAYBOOKS


def _errors_of_node(values: Json, store: Store) -> Json:
    number = values["unified_job_template"]
    if number is None:
        return {}
    template = store.get("unified_job_templates", number)
    if template["type"] not in ("job_template", "workflow_job_template"):
        return {}
    _accepted, _ignored, errors = accept_variables(template, values["extra_data"], require=False, refuse=True)
    if "extra_vars" in errors:
        errors["extra_data"] = errors.pop("extra_vars")
    for field in PROMPTED:
        if values[field] not in (None, "") and not template.get(f"ask_{PROMPT_OF[field]}_on_launch"):
            errors[field] = [_NOT_PROMPTED]
    return errors


def accept_variables(template: Json, answers: Json, *, require: bool, refuse: bool) -> tuple[Json, Json, Json]:
    """Which variables of a launch a template takes, which it does not, and the errors.

    :param require: whether required questions must be answered.
    :param refuse: whether variables that the template does not ask for are an error, and not ignored.
    """
    spec = template.get("survey_spec") or {} if template["survey_enabled"] else {}
    asked = {question["variable"] for question in spec.get("spec", [])}
    errors: Json = {}
    said = surveys.errors_of_answers(spec, answers, require=require)
    if said:
        errors["variables_needed_to_start"] = said
    free = template["ask_variables_on_launch"]
    accepted = {name: value for name, value in answers.items() if name in asked or free}
    ignored = {name: value for name, value in answers.items() if name not in accepted}
    if ignored and refuse:
        label = "Workflow Job Template" if template["type"] == "workflow_job_template" else "Job Template"
        errors["extra_vars"] = [
            f"Variables {', '.join(ignored)} are not allowed on launch. "
            f"Check the Prompt on Launch setting on the {label} to include Extra Variables."
        ]
    return accepted, ignored, errors


def error_of_association(store: Store, one: Json, name: str, other: Json) -> Json:
    """The body of the response 400 if `other` may not be in this list of an object; empty if it may."""
    if name == "credentials":
        return _error_of_credential(store, one, other)
    return _error_of_edge(store, one, name, other) if name in EDGES else {}


def _error_of_credential(store: Store, one: Json, other: Json) -> Json:
    types = [store.get("credentials", number)["credential_type"] for number in one["associations"]["credentials"]]
    if other["credential_type"] not in types:
        return {}
    kind = store.get("credential_types", other["credential_type"])["name"]
    return {"error": f"Cannot assign multiple {kind} credentials."}


def _error_of_edge(store: Store, parent: Json, name: str, child: Json) -> Json:
    if child["workflow_job_template"] != parent["workflow_job_template"]:
        return {"Error": "Nodes must belong to the same workflow."}
    others = [edge for edge in EDGES if edge != name]
    if any(child["id"] in parent["associations"][edge] for edge in others):
        return {"Error": "Relationship not allowed."}
    return {"Error": "Cycle detected."} if parent["id"] in _descendants(store, child, []) else {}


def _descendants(store: Store, node: Json, found: list[int]) -> Sequence[int]:
    """The node and all after it."""
    if node["id"] not in found:
        found.append(node["id"])
        for number in [number for edge in EDGES for number in node["associations"][edge]]:
            _descendants(store, store.get("workflow_job_template_nodes", number), found)
    return found


_CHECKS: t.Final[dict[str, t.Callable[[Json, Store], Json]]] = {
    "credential_types": _errors_of_credential_type,
    "credentials": _errors_of_credential,
    "projects": _errors_of_project,
    "job_templates": _errors_of_job_template,
    "workflow_job_template_nodes": _errors_of_node,
}
