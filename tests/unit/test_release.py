# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""make release: what it refuses, each with a temporary copy, and what it leaves for a person."""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path

import pytest

from scripts import release, release_checks
from scripts.release_checks import git

ROOT = Path(__file__).resolve().parents[2]
# The files that name the version, and those that the checks read.
COPIED = (
    "CHANGELOG.rst",
    "changelogs/changelog.yaml",
    "extensions/patterns/run_command/exec_env/execution-environment.yml",
    "galaxy.yml",
    "playbooks/vars/awx.yml",
    "plugins/modules/log_group.py",
)
VERSION = release_checks.version_of(ROOT)


@pytest.fixture(name="checkout")
def _checkout(tmp_path: Path) -> Path:
    """A small checkout that can be released."""
    root = tmp_path / "checkout"
    for name in COPIED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    (root / "changelogs" / "fragments").mkdir()
    git(tmp_path, "init", "--quiet", str(root))
    commit(root)
    return root


def commit(root: Path) -> None:
    """Commit everything."""
    git(root, "add", "--all")
    git(root, "-c", "user.name=me", "-c", "user.email=me@example.com", "commit", "--quiet", "--message", "All")


def replace(path: Path, old: str, new: str) -> None:
    """Put a text in place of another, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def refusal(root: Path, tmp_path: Path) -> str:
    """What the release of a checkout is refused with."""
    with pytest.raises(release.RefusedError) as refused:
        release.make(root, tmp_path / "release")
    return str(refused.value)


def test_a_checkout_that_can_be_released_has_no_faults(checkout: Path) -> None:
    assert release_checks.checkout_faults(checkout) == []
    assert release_checks.version_faults(checkout) == []
    assert release_checks.changelog_faults(checkout) == []


def test_this_checkout_has_one_version() -> None:
    assert release_checks.version_faults(ROOT) == []


def test_what_is_not_committed_is_refused(checkout: Path, tmp_path: Path) -> None:
    (checkout / "new.txt").touch()
    replace(checkout / "galaxy.yml", "name: run_command", "name: run_commands")
    assert refusal(checkout, tmp_path) == "These files are not committed: galaxy.yml, new.txt."


def test_a_version_that_is_released_is_refused(checkout: Path, tmp_path: Path) -> None:
    git(checkout, "tag", VERSION)
    expected = f"There is a tag {VERSION} already; increase the version in galaxy.yml."
    assert refusal(checkout, tmp_path) == expected


def test_a_version_that_galaxy_does_not_take_is_refused(checkout: Path, tmp_path: Path) -> None:
    replace(checkout / "galaxy.yml", f"version: {VERSION}", "version: 1.0")
    commit(checkout)
    assert refusal(checkout, tmp_path) == "galaxy.yml: 1.0 is not a version of three numbers."


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("playbooks/vars/awx.yml", "run_command-ee:"),
        ("playbooks/vars/awx.yml", "pack_project_branch: "),
        ("extensions/patterns/run_command/exec_env/execution-environment.yml", "src: ssmops-run_command-"),
    ],
)
def test_another_version_is_refused(checkout: Path, tmp_path: Path, name: str, place: str) -> None:
    replace(checkout / name, f"{place}{VERSION}", f"{place}0.9.0")
    commit(checkout)
    sentence = refusal(checkout, tmp_path)
    assert sentence.startswith(f"{name}, line ")
    assert sentence.endswith(f": 0.9.0 is not the version in galaxy.yml, {VERSION}.")


@pytest.mark.parametrize(
    "text",
    [
        "version_added: 10.0.0\n",
        "- name: ssmops.run_command\n  version: '>=10.0.0'\n",
        "ansible-galaxy collection install ssmops.run_command:10.0.0\n",
    ],
)
def test_a_later_version_is_refused(checkout: Path, tmp_path: Path, text: str) -> None:
    (checkout / "README.md").write_text(text, encoding="utf-8")
    commit(checkout)
    assert refusal(checkout, tmp_path).endswith(f": 10.0.0 is later than the version in galaxy.yml, {VERSION}.")


def test_an_earlier_version_is_required_or_documented(checkout: Path) -> None:
    text = "version_added: 0.9.0\n- name: ssmops.run_command\n  version: '>=0.9.0'\n"
    (checkout / "README.md").write_text(text, encoding="utf-8")
    commit(checkout)
    assert release_checks.version_faults(checkout) == []


def test_a_changelog_without_the_version_is_refused(checkout: Path, tmp_path: Path) -> None:
    (checkout / "changelogs" / "changelog.yaml").write_text("releases:\n  0.9.0: {}\n", encoding="utf-8")
    replace(checkout / "CHANGELOG.rst", f"v{VERSION}", "v0.9.0")
    commit(checkout)
    assert refusal(checkout, tmp_path).splitlines() == [
        f"changelogs/changelog.yaml: its newest entry is not for {VERSION}.",
        f"CHANGELOG.rst has no section for {VERSION}.",
    ]


def test_a_version_without_a_summary_is_refused(checkout: Path, tmp_path: Path) -> None:
    replace(checkout / "changelogs" / "changelog.yaml", "release_summary:", "trivial:")
    commit(checkout)
    expected = f"changelogs/changelog.yaml: {VERSION} has no release_summary; add a fragment with one."
    assert refusal(checkout, tmp_path) == expected


def test_a_fragment_that_was_not_taken_up_is_a_fault(checkout: Path) -> None:
    (checkout / "changelogs" / "fragments" / "new.yml").touch()
    assert release_checks.changelog_faults(checkout) == ["These fragments are not in the changelog: new.yml."]


@pytest.fixture(name="archived")
def _archived(tmp_path: Path) -> dict[str, bytes]:
    """The content of an archive that is as it must be, by path; its checkout is in C(source)."""
    names = ["CHANGELOG.rst", "CONTRIBUTING.md", "LICENSE", "README.md", "changelogs/changelog.yaml"]
    names += ["LICENSES/GPL-3.0-or-later.txt", "LICENSES/MIT.txt", "requirements/sandbox.txt", "plugins/a.py"]
    for name in names:
        path = tmp_path / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return {name: name.encode() for name in [*names, "FILES.json", "MANIFEST.json"]}


def archive_faults(content: dict[str, bytes], tmp_path: Path) -> list[str]:
    """The faults of an archive with this content."""
    archive = tmp_path / "an.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        for name, data in content.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    files = ("plugins/a.py", "Makefile", "tests/unit/test_a.py")
    return release_checks.archive_faults(archive, tmp_path / "source", files)


def test_an_archive_as_it_must_be_has_no_faults(archived: dict[str, bytes], tmp_path: Path) -> None:
    assert archive_faults(archived, tmp_path) == []


def test_an_archive_that_lacks_a_file_is_refused(archived: dict[str, bytes], tmp_path: Path) -> None:
    del archived["plugins/a.py"], archived["LICENSE"]
    assert archive_faults(archived, tmp_path) == ["an.tar.gz lacks: LICENSE, plugins/a.py."]


def test_an_archive_with_more_is_refused(archived: dict[str, bytes], tmp_path: Path) -> None:
    archived |= {"tests/unit/test_a.py": b"", "plugins/a.pyc": b""}
    expected = "an.tar.gz has, which is not for users: plugins/a.pyc, tests/unit/test_a.py."
    assert archive_faults(archived, tmp_path) == [expected]


def test_an_archive_of_another_checkout_is_refused(archived: dict[str, bytes], tmp_path: Path) -> None:
    archived["plugins/a.py"] = b"something else"
    assert archive_faults(archived, tmp_path) == ["an.tar.gz has in another form than the checkout: plugins/a.py."]


def test_what_is_left_for_a_person_begins_with_a_changelog_that_is_not_committed() -> None:
    place = Path("/release")
    committed = release.left_for_a_person("1.2.3", place / "a.tar.gz", place / "notes.md", None)
    assert committed == [
        "git tag --annotate 1.2.3 --message 'Release 1.2.3'",
        "git push origin main 1.2.3",
        "ansible-galaxy collection publish /release/a.tar.gz --token TOKEN",
        "gh release create 1.2.3 /release/a.tar.gz --title 1.2.3 --notes-file /release/notes.md",
    ]
    patched = release.left_for_a_person("1.2.3", place / "a.tar.gz", place / "notes.md", place / "changelog.patch")
    assert patched == [
        "git apply --index /release/changelog.patch",
        "git commit --message 'Release 1.2.3'",
        *committed,
    ]


def test_the_changes_of_the_changelog_become_a_patch(checkout: Path, tmp_path: Path) -> None:
    assert release.write_patch(checkout, tmp_path / "changelog.patch") is None
    replace(checkout / "CHANGELOG.rst", "Release Summary", "Summary")
    patch = release.write_patch(checkout, tmp_path / "changelog.patch")
    assert patch is not None
    changed = (checkout / "CHANGELOG.rst").read_bytes()
    git(checkout, "checkout", "--quiet", ".")
    git(checkout, "apply", "--index", str(patch))
    assert (checkout / "CHANGELOG.rst").read_bytes() == changed
