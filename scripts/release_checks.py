# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must be true of a release. Each check returns sentences about what is wrong, none if nothing is."""

from __future__ import annotations

import re
import subprocess
import tarfile
import typing as t

import yaml

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# Semantic versioning, as Galaxy demands it; releases here have no pre-release part.
_VERSION: t.Final = re.compile(r"\d+\.\d+\.\d+")
_NUMBER: t.Final = r"[\"'`<>=~]*(\d+\.\d+\.\d+)"
# Where a file names the version that it is part of: its archive, its execution environment, its tag.
_THIS_VERSION: t.Final = (
    re.compile(rf"ssmops-run_command-{_NUMBER}\.tar"),
    re.compile(rf"run_command-ee:{_NUMBER}"),
    re.compile(rf"pack_project_branch: *{_NUMBER}"),
)
# Where it names a version that must have been there by then: of an option, or that somebody requires.
_SINCE_VERSION: t.Final = (
    re.compile(rf"version_added: *{_NUMBER}"),
    re.compile(rf"name: ssmops\.run_command\n +version: *{_NUMBER}"),
    re.compile(rf"ssmops\.run_command:{_NUMBER}"),
)
# These name other versions too: the history, and data of tests.
_NOT_OF_THIS_VERSION: t.Final = ("CHANGELOG.rst", "changelogs/", "tests/unit/")

# What the archive has of the checkout, and below which folders it has everything.
_ARCHIVED: t.Final = frozenset(
    {
        "CHANGELOG.rst",
        "CONTRIBUTING.md",
        "FILES.json",
        "LICENSE",
        "MANIFEST.json",
        "README.md",
        "LICENSES/GPL-3.0-or-later.txt",
        "LICENSES/MIT.txt",
        "changelogs/changelog.yaml",
        "requirements/sandbox.txt",
    }
)
_ARCHIVED_WHOLE: t.Final = ("docs/", "extensions/", "meta/", "playbooks/", "plugins/", "roles/")
# The README names its pictures by the addresses that the repository gives them: Galaxy shows no others.
_NOT_ARCHIVED: t.Final = "docs/images/"


def git(root: Path, *arguments: str) -> str:
    """What git prints; subprocess.CalledProcessError if it fails."""
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def version_of(root: Path) -> str:
    """The version in galaxy.yml."""
    return str(yaml.safe_load((root / "galaxy.yml").read_text(encoding="utf-8"))["version"])


def tracked_files(root: Path) -> list[str]:
    """The paths of the files that git tracks."""
    return sorted(set(git(root, "ls-files", "-z").split("\0")) - {""})


def checkout_faults(root: Path) -> list[str]:
    """Whether everything is committed, and the version is not released yet."""
    faults = []
    # A line of --porcelain is two letters, a space and the path.
    if changed := [line[3:] for line in git(root, "status", "--porcelain").splitlines()]:
        faults.append(f"These files are not committed: {', '.join(changed)}.")
    version = version_of(root)
    if git(root, "tag", "--list", version):
        faults.append(f"There is a tag {version} already; increase the version in galaxy.yml.")
    return faults


def version_faults(root: Path) -> list[str]:
    """Whether the version is one, and the files that name it agree with galaxy.yml."""
    version = version_of(root)
    if not _VERSION.fullmatch(version):
        return [f"galaxy.yml: {version} is not a version of three numbers."]
    return [fault for name in tracked_files(root) for fault in _version_faults_in(root, name, version)]


def _version_faults_in(root: Path, name: str, version: str) -> Iterator[str]:
    if name.startswith(_NOT_OF_THIS_VERSION):
        return
    text = (root / name).read_text(encoding="utf-8", errors="replace")
    for number, found in _versions(text, _THIS_VERSION):
        if found != version:
            yield f"{name}, line {number}: {found} is not the version in galaxy.yml, {version}."
    for number, found in _versions(text, _SINCE_VERSION):
        if _key(found) > _key(version):
            yield f"{name}, line {number}: {found} is later than the version in galaxy.yml, {version}."


def _versions(text: str, patterns: tuple[re.Pattern[str], ...]) -> Iterator[tuple[int, str]]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield text.count("\n", 0, match.start(1)) + 1, match[1]


def _key(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def changelog_faults(root: Path) -> list[str]:
    """Whether the changelog ends with an entry for the version, which has a summary and all fragments."""
    version = version_of(root)
    releases = yaml.safe_load((root / "changelogs" / "changelog.yaml").read_text(encoding="utf-8"))["releases"]
    faults = []
    if not releases or max(releases, key=_key) != version:
        faults.append(f"changelogs/changelog.yaml: its newest entry is not for {version}.")
    elif not releases[version].get("changes", {}).get("release_summary"):
        faults.append(f"changelogs/changelog.yaml: {version} has no release_summary; add a fragment with one.")
    if f"\nv{version}\n=" not in (root / "CHANGELOG.rst").read_text(encoding="utf-8"):
        faults.append(f"CHANGELOG.rst has no section for {version}.")
    if fragments := pending_fragments(root):
        faults.append(f"These fragments are not in the changelog: {', '.join(fragments)}.")
    return faults


def pending_fragments(root: Path) -> list[str]:
    """The names of the fragments that no release has taken up."""
    return sorted(path.name for path in (root / "changelogs" / "fragments").glob("*.y*ml"))


def archive_faults(archive: Path, root: Path, files: Iterable[str]) -> list[str]:
    """Whether the archive holds what users need of a checkout, whole and in the same form, and nothing else.

    :param files: the paths of the checkout's own files.
    """
    with tarfile.open(archive) as tar:
        contents = {one.name: _content(tar, one) for one in tar.getmembers() if not one.isdir()}
    whole = {name for name in files if name.startswith(_ARCHIVED_WHOLE) and not name.startswith(_NOT_ARCHIVED)}
    wanted = whole | _ARCHIVED
    # These two are made with the archive.
    copied = sorted((wanted & set(contents)) - {"FILES.json", "MANIFEST.json"})
    groups = {
        "lacks": sorted(wanted - set(contents)),
        "has, which is not for users": sorted(set(contents) - wanted),
        "has in another form than the checkout": [name for name in copied if _is_other(contents[name], root / name)],
    }
    return [f"{archive.name} {what}: {', '.join(names)}." for what, names in groups.items() if names]


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes | None:
    file = tar.extractfile(member)
    return None if file is None else file.read()


def _is_other(content: bytes | None, path: Path) -> bool:
    return not path.is_file() or path.read_bytes() != content
