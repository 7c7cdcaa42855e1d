# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the pattern of Ansible Automation Platform from the data of the pack, playbooks/vars/awx.yml.

    python -m scripts.pattern

A pattern (pattern-schema 1.0.0) has no workflow, no credential type, no timeout and no job type; its defaults are text.
"""

from __future__ import annotations

import json
import posixpath
import sys
import typing as t
from pathlib import Path

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

CHECKOUT: t.Final = Path(__file__).resolve().parent.parent
DATA: t.Final = CHECKOUT / "playbooks" / "vars" / "awx.yml"
PATTERN: t.Final = CHECKOUT / "extensions" / "patterns" / "run_command" / "meta" / "pattern.json"
DESCRIPTION: t.Final = (
    "Runs commands on fleets of managed nodes with AWS Systems Manager Run Command. Choose the nodes by tags, IDs or a "
    "resource group, preview which of them a command would reach, and run it on some of them at a time. Other "
    "templates cancel commands, collect their results, set up permissions and monitoring, and show who has access. The "
    "templates need a credential for AWS."
)
Json = dict[str, t.Any]


def read_data(**variables: t.Any) -> Json:
    """The variables of the data file with their templates rendered, and `variables` in place of its own.

    Only C(controller_*) variables are rendered; those of the playbook's own tasks cannot be.
    """
    loader = DataLoader()
    data = {**loader.load_from_file(str(DATA), trusted_as_template=True), **variables}
    templar = Templar(loader=loader, variables=data)
    names = [name for name in data if name.startswith("controller_")]
    rendered = {name: templar.template(data[name]) for name in names}
    return t.cast("Json", json.loads(json.dumps(rendered)))


def build(data: Json) -> Json:
    """The pattern for the objects of the pack."""
    (project,) = data["controller_projects"]
    (environment,) = data["controller_execution_environments"]
    registry, _slash, image = environment["image"].partition("/")
    return {
        "schema_version": "1.0.0",
        "name": PATTERN.parents[1].name,
        "title": "Run commands on fleets of AWS managed nodes",
        "description": DESCRIPTION,
        "short_description": "Run commands on fleets with AWS Systems Manager",
        "tags": ["aws", "cloud", "ssm"],
        "aap_resources": {
            "controller_project": {key: project[key] for key in ("name", "description")},
            "controller_execution_environment": {
                **{key: environment[key] for key in ("name", "description", "pull")},
                "image_name": (image or registry).partition(":")[0],
            },
            "controller_labels": [label["name"] for label in data["controller_labels"]],
            "controller_job_templates": [
                _template(number, one) for number, one in enumerate(data["controller_templates"])
            ],
        },
    }


def _template(number: int, template: Json) -> Json:
    return {
        **{key: template[key] for key in ("name", "description", "execution_environment", "labels")},
        "playbook": posixpath.basename(template["playbook"]),
        "primary": number == 0,
        "ask_credential_on_launch": template["ask_credential_on_launch"],
        "ask_verbosity_on_launch": template["ask_verbosity_on_launch"],
        # The inventory of the pack is not part of a pattern.
        "ask_inventory_on_launch": True,
        "survey": {
            **{key: template["survey_spec"][key] for key in ("name", "description")},
            "spec": [_question(question) for question in template["survey_spec"]["spec"]],
        },
    }


def _question(question: Json) -> Json:
    texts = {"default": str(question["default"])} if "default" in question else {}
    return {**question, **texts}


def text(pattern: Json) -> str:
    """The file's content."""
    return json.dumps(pattern, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the file."""
    PATTERN.parent.mkdir(parents=True, exist_ok=True)
    PATTERN.write_text(text(build(read_data())), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
