# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes a release from what is committed, checks it, and says what is left for a person.

    python -m scripts.release DIRECTORY

The release is made in a copy, where antsibull-changelog takes up the fragments. DIRECTORY then has the archive, the
text of the release, and changelog.patch, if the changelog was changed. Nothing is published, tagged or committed.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

from scripts import release_checks as checks
from scripts.tree import CHECKOUT

if t.TYPE_CHECKING:
    from collections.abc import Sequence

_NAME: t.Final = "ssmops-run_command"
_BRANCH: t.Final = "main"


class RefusedError(Exception):
    """What keeps a release from being made, a sentence a line."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))


def refuse(faults: Sequence[str]) -> None:
    """Raise RefusedError if there are faults."""
    if faults:
        raise RefusedError(faults)


def make(checkout: Path, directory: Path) -> list[str]:
    """Make the release of a checkout in a directory; the commands that are left for a person.

    :raises RefusedError: a check failed.
    :raises subprocess.CalledProcessError: a program failed, which has printed why.
    """
    refuse([*checks.checkout_faults(checkout), *checks.version_faults(checkout)])
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    copy = directory / "checkout"
    checks.git(checkout, "clone", "--quiet", ".", str(copy))
    version = checks.version_of(copy)
    take_up_fragments(copy)
    refuse(checks.changelog_faults(copy))
    run(copy, "antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")
    run(copy, "sh", "scripts/build_archive.sh", str(directory), version)
    archive = directory / f"{_NAME}-{version}.tar.gz"
    refuse(checks.archive_faults(archive, copy, checks.tracked_files(copy)))
    notes = directory / "release_notes.md"
    write_notes(copy, notes)
    return left_for_a_person(version, archive, notes, write_patch(copy, directory / "changelog.patch"))


def run(directory: Path, *command: str) -> None:
    """Run a program in a directory."""
    subprocess.run(command, cwd=directory, check=True)


def take_up_fragments(copy: Path) -> None:
    """Have antsibull-changelog move the fragments into the entry of the version, which it makes if there is none."""
    if checks.pending_fragments(copy):
        options = ("--update-existing", "--reload-plugins", "--refresh-plugins")
        run(copy, "antsibull-changelog", "release", *options)


def write_notes(copy: Path, notes: Path) -> None:
    """Write the changelog's section about the newest version."""
    options = ("--only-latest", "--output-format", "md", "--output", str(notes))
    run(copy, "antsibull-changelog", "generate", *options)


def write_patch(copy: Path, patch: Path) -> Path | None:
    """Write what the release has changed in the copy; None if that is nothing."""
    difference = checks.git(copy, "diff", "--binary")
    if not difference:
        return None
    patch.write_text(difference, encoding="utf-8")
    return patch


def left_for_a_person(version: str, archive: Path, notes: Path, patch: Path | None) -> list[str]:
    """The commands that need a person's decision or token, in their order.

    :param patch: changes of the changelog that are not committed yet.
    """
    message = f"Release {version}"
    commands = [
        ["git", "tag", "--annotate", version, "--message", message],
        ["git", "push", "origin", _BRANCH, version],
        ["ansible-galaxy", "collection", "publish", str(archive), "--token", "TOKEN"],
        ["gh", "release", "create", version, str(archive), "--title", version, "--notes-file", str(notes)],
    ]
    if patch is not None:
        commands[:0] = [["git", "apply", "--index", str(patch)], ["git", "commit", "--message", message]]
    return [shlex.join(command) for command in commands]


def main(arguments: list[str]) -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    directory = parser.parse_args(arguments).directory.absolute()
    try:
        commands = make(CHECKOUT, directory)
    except RefusedError as refusal:
        sys.stderr.write(f"No release was made:\n{refusal}\n")
        return 1
    except subprocess.CalledProcessError as failure:
        sys.stderr.write(f"No release was made: {shlex.join(failure.cmd)} has failed. {failure.stderr or ''}\n")
        return 1
    lines = [f"The release is in {directory}. What is left, with a token of Galaxy for TOKEN:", *commands]
    sys.stdout.write("\n  ".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
