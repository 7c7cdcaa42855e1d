# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launches of templates and updates of projects: what a job would get, though nothing runs."""

from __future__ import annotations

import json
import typing as t

from . import surveys
from .fields import InvalidValueError, variables_of
from .kinds import PROMPT_OF, Json
from .rules import accept_variables
from .store import ApiError, now
from .views import shown

if t.TYPE_CHECKING:
    from .store import Store

# How often an update is asked for before it is done.
_POLLS: t.Final = 1


def launch_info(template: Json) -> Json:
    """What GET says of a launch."""
    spec = template.get("survey_spec") or {}
    needed = [one["variable"] for one in spec.get("spec", []) if one["required"]] if template["survey_enabled"] else []
    asks = {name: value for name, value in template.items() if name.startswith("ask_")}
    return {
        **asks,
        "can_start_without_user_input": not needed and not any(asks.values()),
        "survey_enabled": template["survey_enabled"],
        "variables_needed_to_start": needed,
        "defaults": {name: template[name] for name in ("extra_vars", "limit", "inventory") if name in template},
    }


def launch(store: Store, template: Json, data: Json) -> Json:
    """A job of the template, as the response 201 shows it; raises ApiError 400."""
    accepted, ignored, errors = accept_variables(template, _extra_vars(data), require=True, refuse=False)
    if template["type"] == "job_template" and template["project"] is None:
        errors["project"] = ["A project is required to run a job."]
    if errors:
        raise ApiError(400, errors)
    prompts = {name: data[name] for name in PROMPT_OF if name in data}
    ignored_prompts = {
        name: value for name, value in prompts.items() if not template.get(f"ask_{PROMPT_OF[name]}_on_launch")
    }
    asked = {name: value for name, value in prompts.items() if name not in ignored_prompts}
    spec = template.get("survey_spec") or {} if template["survey_enabled"] else {}
    variables = {**variables_of(template["extra_vars"]), **surveys.defaults_that_arrive(spec), **accepted}
    endpoint = "jobs" if template["type"] == "job_template" else "workflow_jobs"
    job = store.add(
        endpoint,
        {
            "name": template["name"],
            "description": template["description"],
            template["type"]: template["id"],
            "unified_job_template": template["id"],
            "job_type": asked.get("job_type", template.get("job_type")),
            "launch_type": "manual",
            "status": "successful",
            "failed": False,
            "finished": now(),
            "event_processing_finished": True,
            "extra_vars": json.dumps(_hidden(spec, variables)),
            "artifacts": {},
        },
    )
    if ignored:
        ignored_prompts["extra_vars"] = ignored
    number = {("job" if endpoint == "jobs" else "workflow_job"): job["id"]}
    return {**number, "ignored_fields": ignored_prompts, **shown(store, job)}


def _hidden(spec: Json, variables: Json) -> Json:
    passwords = {one["variable"] for one in spec.get("spec", []) if one["type"] == "password"}
    return {name: surveys.ENCRYPTED if name in passwords else value for name, value in variables.items()}


def _extra_vars(data: Json) -> Json:
    given = data.get("extra_vars", {})
    if not isinstance(given, str):
        return dict(given)
    try:
        return variables_of(given)
    except InvalidValueError as error:
        raise ApiError(400, {"extra_vars": [str(error)]}) from None


def update_project(store: Store, project: Json) -> Json:
    """Start an update of a project; it is done after it was looked at."""
    project["status"] = "pending"
    return store.add(
        "project_updates",
        {
            "name": project["name"],
            "project": project["id"],
            "unified_job_template": project["id"],
            "status": "pending",
            "failed": False,
            "finished": None,
            "event_processing_finished": False,
            "scm_revision": project["scm_revision"],
            "polls_left": _POLLS,
        },
    )


def advance(store: Store, update: Json) -> None:
    """What happens to an update that is looked at: it goes on, and ends."""
    if update["finished"]:
        return
    update["polls_left"] -= 1
    if update["polls_left"] >= 0:
        update["status"] = "running"
        return
    project = store.get("projects", update["project"])
    files = store.files_of(project["scm_url"])
    status = "successful" if files else "failed"
    revision = project["scm_branch"] or "main" if files else ""
    update.update(status=status, failed=not files, finished=now(), event_processing_finished=True)
    update["scm_revision"] = revision
    project.update(status=status, scm_revision=revision)
