# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment of a Molecule scenario: static in molecule.yml, and so that it leads to the sandbox or nowhere.

python sandbox_scenario.py directory   prints the directory of the scenario's sandbox
python sandbox_scenario.py check       prints it too, unless something in the environment could lead to AWS
python sandbox_scenario.py write       writes the file that AWS_CONFIG_FILE names, for the sandbox that serves there
"""

from __future__ import annotations

import configparser
import io
import json
import os
import pathlib
import sys
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# A profile that no file of a user has: where the file is missing, AWS's libraries refuse to make a client.
PROFILE = "ssmops-sandbox"
# The directory is removed with the sandbox, so that it must have this name.
DIRECTORY = ".sandbox"
_NEEDED = (
    "Set in ansible.env of molecule.yml: AWS_PROFILE: ssmops-sandbox, and as AWS_CONFIG_FILE and "
    "AWS_SHARED_CREDENTIALS_FILE $MOLECULE_SCENARIO_DIRECTORY/.sandbox/aws."
)
# They go before what a profile says: of botocore's chain of credentials and its endpoints, and amazon.aws's own names.
_STRONGER = (
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_PROFILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_ROLE_ARN",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_URL",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
_STRONGER_PREFIX = "AWS_ENDPOINT_URL"


class ScenarioError(Exception):
    """The environment is not that of a scenario."""


def scenario_directory(variables: Mapping[str, str]) -> pathlib.Path:
    """The directory of the scenario's sandbox, from AWS_CONFIG_FILE.

    Raises ScenarioError where the three variables of the scenario do not agree.
    """
    file = pathlib.Path(variables.get("AWS_CONFIG_FILE", ""))
    if not file.is_absolute() or file.parent.name != DIRECTORY:
        raise ScenarioError(f"AWS_CONFIG_FILE is {variables.get('AWS_CONFIG_FILE') or 'not set'}. {_NEEDED}")
    for name, wanted in (("AWS_SHARED_CREDENTIALS_FILE", str(file)), ("AWS_PROFILE", PROFILE)):
        if variables.get(name) != wanted:
            raise ScenarioError(f"{name} is {variables.get(name) or 'not set'}, not {wanted}. {_NEEDED}")
    return file.parent


def stronger_variables(variables: Mapping[str, str]) -> list[str]:
    """The names of variables that lead past the scenario's profile: keys, roles, other profiles, endpoints."""
    found = (name for name, value in variables.items() if value)
    return sorted(name for name in found if name in _STRONGER or name.startswith(_STRONGER_PREFIX))


def check_environment(variables: Mapping[str, str]) -> pathlib.Path:
    """The directory of the scenario's sandbox. Raises ScenarioError with the names of what could lead to AWS."""
    directory = scenario_directory(variables)
    found = stronger_variables(variables)
    if found:
        raise ScenarioError(
            f"The environment could lead this scenario to AWS, or away from its sandbox: unset {', '.join(found)}."
        )
    return directory


def profile_text(ready: Mapping[str, t.Any]) -> str:
    """The file that the scenario's AWS_CONFIG_FILE names, for what the sandbox's ready file says."""
    parser = configparser.RawConfigParser()
    parser[f"profile {PROFILE}"] = {
        "region": ready["region"],
        "endpoint_url": ready["endpoint_url"],
        "aws_access_key_id": ready["access_key_id"],
        "aws_secret_access_key": ready["secret_access_key"],
    }
    text = io.StringIO()
    parser.write(text)
    return text.getvalue()


def write_profile(directory: pathlib.Path, file: pathlib.Path) -> None:
    """Write the file for the sandbox that serves in the directory; nobody else may read it.

    Raises OSError where none serves.
    """
    ready = json.loads((directory / "ready.json").read_text(encoding="utf-8"))
    # Whoever commits the scenario must not commit keys.
    (directory / ".gitignore").write_text("*\n", encoding="utf-8")
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(profile_text(ready))
    part.replace(file)


def main(arguments: Sequence[str]) -> int:
    """Do what the argument says; the exit code."""
    if list(arguments) not in (["directory"], ["check"], ["write"]):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    read = scenario_directory if arguments[0] == "directory" else check_environment
    try:
        directory = read(os.environ)
        if arguments[0] == "write":
            write_profile(directory, pathlib.Path(os.environ["AWS_CONFIG_FILE"]))
    except (ScenarioError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{directory}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
