# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of objects of AWX's API that the pack needs: their fields, their lists and what must be unique. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

Json = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Field:
    """A field that can be set.

    kind is C(string), C(integer), C(boolean), C(json), C(variables) (JSON or YAML text), C(choice) or C(id); target is
    the endpoint of an id.
    """

    kind: str
    default: t.Any = ""
    required: bool = False
    null: bool = False
    choices: tuple[t.Any, ...] = ()
    target: str = ""
    least: int | None = None


@dataclasses.dataclass(frozen=True)
class Kind:
    """One kind of objects: `type` is its name in C(type), `label` in messages.

    unique has the fields of which two objects cannot have the same values; associations the lists below an object, with
    the endpoint of what is in them; numbers the counter that its IDs come from, which kinds of one table share.
    """

    type: str
    label: str
    fields: t.Mapping[str, Field]
    unique: tuple[str, ...] = ("name",)
    associations: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    related: tuple[str, ...] = ()
    methods: frozenset[str] = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
    numbers: str = ""


NAME = Field("string", required=True)
TEXT = Field("string")
NO_TEXT = Field("string", default=None, null=True)
FALSE = Field("boolean", default=False)
NUMBER = Field("integer", default=0, least=0)
VARIABLES = Field("variables")


def _id(target: str, *, required: bool = False) -> Field:
    return Field("id", default=None, null=not required, required=required, target=target)


_ORGANIZATION = _id("organizations", required=True)
_NO_ORGANIZATION = _id("organizations")
_NOTIFIED = {
    f"notification_templates_{event}": "notification_templates"
    for event in ("started", "success", "error", "approvals")
}
_PROMPTS = (
    "diff_mode", "variables", "limit", "tags", "skip_tags", "job_type", "verbosity", "inventory", "credential",
    "scm_branch", "execution_environment", "labels", "forks", "job_slice_count", "timeout", "instance_groups",
)  # fmt: skip
_JOB_TYPES = ("run", "check")
_WEBHOOKS = Field("choice", choices=("", "github", "gitlab", "bitbucket_dc"))

KINDS: t.Final[dict[str, Kind]] = {
    "organizations": Kind(
        "organization",
        "Organization",
        {"name": NAME, "description": TEXT, "max_hosts": NUMBER, "default_environment": _id("execution_environments")},
        associations={"galaxy_credentials": "credentials"},
    ),
    "labels": Kind(
        "label",
        "Label",
        {"name": NAME, "organization": _ORGANIZATION},
        unique=("name", "organization"),
        methods=frozenset({"GET", "POST", "PUT", "PATCH"}),
    ),
    "credential_types": Kind(
        "credential_type",
        "Credential type",
        {
            "name": NAME,
            "description": TEXT,
            "kind": Field("choice", required=True, choices=("cloud", "net")),
            "inputs": Field("json", default={}),
            "injectors": Field("json", default={}),
        },
        unique=("name", "kind"),
    ),
    "credentials": Kind(
        "credential",
        "Credential",
        {
            "name": NAME,
            "description": TEXT,
            "organization": _NO_ORGANIZATION,
            "credential_type": _id("credential_types", required=True),
            "inputs": Field("json", default={}),
        },
        unique=("organization", "name", "credential_type"),
    ),
    "execution_environments": Kind(
        "execution_environment",
        "Execution environment",
        {
            "name": NAME,
            "description": TEXT,
            "organization": _NO_ORGANIZATION,
            "image": Field("string", required=True),
            "credential": _id("credentials"),
            "pull": Field("choice", choices=("", "always", "missing", "never")),
        },
    ),
    "inventories": Kind(
        "inventory",
        "Inventory",
        {
            "name": NAME,
            "description": TEXT,
            "organization": _ORGANIZATION,
            "kind": Field("choice", choices=("", "smart", "constructed"), null=True),
            "host_filter": NO_TEXT,
            "variables": VARIABLES,
            "prevent_instance_group_fallback": FALSE,
        },
        unique=("name", "organization"),
        associations={"instance_groups": "instance_groups"},
    ),
    "projects": Kind(
        "project",
        "Project",
        {
            "name": NAME,
            "description": TEXT,
            "organization": _NO_ORGANIZATION,
            "scm_type": Field("choice", choices=("", "git", "svn", "insights", "archive")),
            "scm_url": TEXT,
            "scm_branch": TEXT,
            "scm_refspec": TEXT,
            "scm_clean": FALSE,
            "scm_delete_on_update": FALSE,
            "scm_track_submodules": FALSE,
            "scm_update_on_launch": FALSE,
            "scm_update_cache_timeout": NUMBER,
            "allow_override": FALSE,
            "timeout": NUMBER,
            "credential": _id("credentials"),
            "default_environment": _id("execution_environments"),
            "signature_validation_credential": _id("credentials"),
        },
        unique=("organization", "name"),
        associations=_NOTIFIED,
        related=("update", "playbooks"),
        numbers="unified_job_templates",
    ),
    "job_templates": Kind(
        "job_template",
        "JobTemplate",
        {
            "name": NAME,
            "description": TEXT,
            "job_type": Field("choice", default="run", choices=_JOB_TYPES),
            "inventory": _id("inventories"),
            "project": _id("projects"),
            "playbook": TEXT,
            "scm_branch": TEXT,
            "forks": NUMBER,
            "limit": TEXT,
            "verbosity": Field("choice", default=0, choices=(0, 1, 2, 3, 4, 5)),
            "extra_vars": VARIABLES,
            "job_tags": TEXT,
            "force_handlers": FALSE,
            "skip_tags": TEXT,
            "start_at_task": TEXT,
            "timeout": Field("integer", default=0),
            "use_fact_cache": FALSE,
            "execution_environment": _id("execution_environments"),
            "host_config_key": TEXT,
            **{f"ask_{prompt}_on_launch": FALSE for prompt in _PROMPTS},
            "survey_enabled": FALSE,
            "become_enabled": FALSE,
            "diff_mode": FALSE,
            "allow_simultaneous": FALSE,
            "job_slice_count": Field("integer", default=1, least=1),
            "webhook_service": _WEBHOOKS,
            "webhook_credential": _id("credentials"),
            "prevent_instance_group_fallback": FALSE,
        },
        unique=("name", "organization"),
        associations={
            "credentials": "credentials",
            "labels": "labels",
            "instance_groups": "instance_groups",
            **_NOTIFIED,
        },
        related=("survey_spec", "launch"),
        numbers="unified_job_templates",
    ),
    "workflow_job_templates": Kind(
        "workflow_job_template",
        "WorkflowJobTemplate",
        {
            "name": NAME,
            "description": TEXT,
            "organization": _NO_ORGANIZATION,
            "extra_vars": VARIABLES,
            "survey_enabled": FALSE,
            "allow_simultaneous": FALSE,
            "inventory": _id("inventories"),
            "limit": NO_TEXT,
            "scm_branch": NO_TEXT,
            "job_tags": NO_TEXT,
            "skip_tags": NO_TEXT,
            **{
                f"ask_{prompt}_on_launch": FALSE
                for prompt in ("variables", "limit", "tags", "skip_tags", "inventory", "scm_branch", "labels")
            },
            "webhook_service": _WEBHOOKS,
            "webhook_credential": _id("credentials"),
        },
        unique=("name", "organization"),
        associations={"labels": "labels", **_NOTIFIED},
        related=("survey_spec", "launch", "workflow_nodes"),
        numbers="unified_job_templates",
    ),
    "workflow_job_template_nodes": Kind(
        "workflow_job_template_node",
        "Workflow job template node",
        {
            "identifier": TEXT,
            "workflow_job_template": _id("workflow_job_templates", required=True),
            "unified_job_template": _id("unified_job_templates"),
            "all_parents_must_converge": FALSE,
            "extra_data": Field("json", default={}),
            "inventory": _id("inventories"),
            "execution_environment": _id("execution_environments"),
            "job_type": Field("choice", default=None, null=True, choices=_JOB_TYPES),
            "diff_mode": Field("boolean", default=None, null=True),
            "verbosity": Field("choice", default=None, null=True, choices=(0, 1, 2, 3, 4, 5)),
            **dict.fromkeys(("scm_branch", "job_tags", "skip_tags", "limit"), NO_TEXT),
            **dict.fromkeys(("forks", "job_slice_count", "timeout"), Field("integer", default=None, null=True)),
        },
        unique=("workflow_job_template", "identifier"),
        associations={
            **dict.fromkeys(("success_nodes", "failure_nodes", "always_nodes"), "workflow_job_template_nodes"),
            "credentials": "credentials",
            "labels": "labels",
            "instance_groups": "instance_groups",
        },
        related=("create_approval_template",),
    ),
    "workflow_approval_templates": Kind(
        "workflow_approval_template",
        "Workflow approval template",
        {"name": NAME, "description": TEXT, "timeout": NUMBER},
        unique=(),
        methods=frozenset({"GET", "PUT", "PATCH", "DELETE"}),
        numbers="unified_job_templates",
    ),
    "notification_templates": Kind("notification_template", "Notification template", {"name": NAME}),
    "instance_groups": Kind("instance_group", "Instance group", {"name": NAME}),
    "jobs": Kind("job", "Job", {}, unique=(), methods=frozenset({"GET", "DELETE"}), numbers="unified_jobs"),
    "workflow_jobs": Kind(
        "workflow_job", "Workflow job", {}, unique=(), methods=frozenset({"GET", "DELETE"}), numbers="unified_jobs"
    ),
    "project_updates": Kind(
        "project_update", "Project update", {}, unique=(), methods=frozenset({"GET", "DELETE"}), numbers="unified_jobs"
    ),
}
# The kinds that the list unified_job_templates has.
UNIFIED: t.Final = tuple(endpoint for endpoint, kind in KINDS.items() if kind.numbers == "unified_job_templates")
EDGES: t.Final = ("success_nodes", "failure_nodes", "always_nodes")
# The prompt of a template that a field of a launch or a node needs to count.
PROMPT_OF: t.Final = {
    **{name: name for name in _PROMPTS if name not in ("variables", "tags", "credential", "instance_groups")},
    "job_tags": "tags",
    "credentials": "credential",
}
# Those of them that are values of a node itself.
PROMPTED: t.Final = tuple(name for name in PROMPT_OF if name not in ("labels", "credentials"))
