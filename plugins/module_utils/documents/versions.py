# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions of a Command document: which one is wanted, how a new one is asked for, which ones may go. Pure.

Sources: CreateDocument, UpdateDocument and AttachmentsSource of the API reference, in botocore's model of ssm.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.documents import meaning
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.parts import SCHEMA_WITH_PLUGINS
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import counted
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.module_utils.task.tags import as_list

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.command_documents import DocumentSpec
    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content import Content

# Where no provider is given (CreateDocument).
DEFAULT_PROVIDERS: t.Final = ("AWS",)
# Versions whose content is compared before a new one is made, besides the default one.
LOOK_BACK: t.Final = 10
MAX_VERSIONS: t.Final = 1_000


@dataclasses.dataclass(frozen=True)
class Version:
    """A version of a document: the Document of DescribeDocument, and its content as data."""

    described: Mapping[str, t.Any]
    content: dict[str, t.Any]

    @property
    def number(self) -> str:
        """Its number."""
        return str(self.described["DocumentVersion"])

    @property
    def default(self) -> str:
        """The number of the document's default version."""
        return str(self.described["DefaultVersion"])

    @property
    def latest(self) -> str:
        """The number of the document's latest version."""
        return str(self.described["LatestVersion"])

    @property
    def name(self) -> str | None:
        """The name of the version, if it has one."""
        return self.described.get("VersionName") or None

    @property
    def providers(self) -> list[str]:
        """The cloud providers that it runs against."""
        return sorted(self.described.get("CloudProviders") or DEFAULT_PROVIDERS)

    @property
    def files(self) -> list[str]:
        """The names of its attachments."""
        return sorted(one["Name"] for one in self.described.get("AttachmentsInformation") or [])

    def described_with(self, **members: t.Any) -> Version:
        """The same with other members of DescribeDocument."""
        return Version({**self.described, **members}, self.content)


def is_wanted(spec: DocumentSpec, version: Version) -> bool:
    """Whether a version means what is wanted; names of versions are not compared."""
    return not differences(spec, version)


def differences(spec: DocumentSpec, version: Version) -> list[str]:
    """The options whose values a version does not have, of those that belong to a version and can be compared."""
    same = {
        "content": spec.content is None or meaning.same(spec.content.data, version.content),
        "attachments": _has_files(spec, version),
        "target_type": spec.target_type in (None, version.described.get("TargetType") or ""),
        "cloud_providers": spec.cloud_providers is None or sorted(spec.cloud_providers) == version.providers,
    }
    return [option for option, is_same in same.items() if not is_same]


def _has_files(spec: DocumentSpec, version: Version) -> bool:
    """Only names can be compared: AWS does not say where files came from, nor a folder what its files are called."""
    sources = spec.attachments
    if sources is None:
        return True
    names = {str(one["name"]) for one in sources if one.get("name")}
    has_folders = any(not one.get("name") for one in sources)
    return names <= set(version.files) if has_folders else names == set(version.files)


def older_numbers(version: Version) -> list[str]:
    """The numbers of all versions to compare, newest first; some of them may have been deleted."""
    return [str(number) for number in range(int(version.latest), 0, -1) if str(number) != version.number]


def creation(spec: DocumentSpec, tags: list[dict[str, str]]) -> dict[str, t.Any]:
    """The request of CreateDocument."""
    requires = [{"Name": one["name"], **_version_of(one)} for one in spec.requires or []]
    request = {
        "DocumentType": "Command",
        "Tags": tags,
        **_content(spec.name, spec.content),
        **({"Requires": requires} if requires else {}),
        "Attachments": _sources(spec.attachments or []),
        "TargetType": spec.target_type,
        "CloudProviders": spec.cloud_providers,
        "VersionName": spec.version_name,
    }
    return _without_nothing(request)


def update(spec: DocumentSpec, base: Version, content: Content) -> dict[str, t.Any]:
    """The request of UpdateDocument with this content; what else is not given stays as it is in `base`."""
    kept = [
        {"Key": "AttachmentReference", "Values": [f"{spec.name}/{base.number}/{file}"], "Name": file}
        for file in base.files
    ]
    request = {
        "DocumentVersion": "$LATEST",
        **_content(spec.name, content),
        "Attachments": kept if spec.attachments is None else _sources(spec.attachments),
        "TargetType": base.described.get("TargetType") if spec.target_type is None else spec.target_type,
        "CloudProviders": spec.cloud_providers,
        "VersionName": spec.version_name,
    }
    return _without_nothing(request)


def _content(name: str, content: Content | None) -> dict[str, t.Any]:
    return {"Name": name, **({} if content is None else {"Content": content.text, "DocumentFormat": content.format})}


def format_of(version: Version) -> t.Literal["JSON", "YAML"]:
    """The format that the content of a version was given in."""
    return "YAML" if version.described.get("DocumentFormat") == "YAML" else "JSON"


def _version_of(required: Mapping[str, t.Any]) -> dict[str, str]:
    return {"Version": str(required["version"])} if required.get("version") else {}


def _sources(attachments: Iterable[Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    return [
        {"Key": one["key"], "Values": list(one["values"]), **({"Name": one["name"]} if one.get("name") else {})}
        for one in attachments
    ]


def _without_nothing(request: Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {name: value for name, value in request.items() if value is not None and value not in ("", [])}


def check_update(spec: DocumentSpec, base: Version) -> None:
    """Raise RequestError for a document that cannot have a new version."""
    if str(base.content.get("schemaVersion")) == SCHEMA_WITH_PLUGINS:
        raise RequestError(
            f"content: {spec.title} has the schemaVersion {SCHEMA_WITH_PLUGINS}, of which AWS makes no new versions; "
            "delete the document first, or choose another name."
        )


def after_creation(spec: DocumentSpec, tags: Mapping[str, str]) -> Version:
    """The version that results from creating the document."""
    described = {
        "Name": spec.name,
        "DocumentVersion": "1",
        "DefaultVersion": "1",
        "LatestVersion": "1",
        "Tags": as_list(tags),
        "Requires": creation(spec, []).get("Requires"),
    }
    return _made(spec, described, [])


def after_update(spec: DocumentSpec, base: Version) -> Version:
    """The version that results from updating the document."""
    number = str(int(base.latest) + 1)
    files = base.files if spec.attachments is None else []
    return _made(spec, {**base.described, "DocumentVersion": number, "LatestVersion": number}, files, base)


def _made(spec: DocumentSpec, described: Mapping[str, t.Any], files: list[str], base: Version | None = None) -> Version:
    content = spec.content.data if spec.content is not None else base.content if base is not None else {}
    names = [*files, *(str(one["name"]) for one in spec.attachments or [] if one.get("name"))]
    changed = {
        "VersionName": spec.version_name,
        "DocumentFormat": described.get("DocumentFormat") if spec.content is None else spec.content.format,
        "SchemaVersion": str(content.get("schemaVersion", "")),
        "Description": content.get("description") or "",
        "TargetType": spec.target_type if spec.target_type is not None else described.get("TargetType"),
        "CloudProviders": spec.cloud_providers or described.get("CloudProviders"),
        "AttachmentsInformation": [{"Name": name} for name in names],
    }
    return Version({**described, **changed}, content)


class Listed(t.NamedTuple):
    """A version as ListDocumentVersions has it."""

    number: int
    name: str | None
    is_default: bool


def listed(versions: Iterable[Mapping[str, t.Any]]) -> list[Listed]:
    """The DocumentVersions of ListDocumentVersions."""
    return [
        Listed(int(one["DocumentVersion"]), one.get("VersionName") or None, bool(one.get("IsDefaultVersion")))
        for one in versions
    ]


def to_prune(versions: Iterable[Listed], keep: int, named: bool, wanted: str) -> list[str]:
    """The numbers of the versions to delete, oldest first: all but the newest `keep`, and never the default one.

    :param named: whether versions with a name may go, too.
    :param wanted: the number of the version that the task is about, which stays.
    """
    newest_first = sorted(versions, reverse=True)
    gone = [one for one in newest_first[keep:] if not one.is_default and (named or one.name is None)]
    return [str(one.number) for one in reversed(gone) if str(one.number) != wanted]


def listed_after(before: Iterable[Listed], after: Version) -> list[Listed]:
    """The versions once `after` is there, with its default version."""
    numbers = {one.number: one for one in before}
    number, default = int(after.number), int(after.default)
    numbers[number] = Listed(number, after.name, False)
    return [one._replace(is_default=one.number == default) for one in numbers.values()]


def numbered(version: Version, number: str, default: str) -> Version:
    """A version with its real number, in a document with this default version."""
    latest = str(max(int(number), int(version.latest)))
    return version.described_with(DocumentVersion=number, LatestVersion=latest, DefaultVersion=default)


def latest_of(version: Version, remaining: Iterable[Listed]) -> Version:
    """A version of a document with these versions."""
    return version.described_with(LatestVersion=str(max(one.number for one in remaining)))


def tagged(version: Version, tags: Mapping[str, str]) -> Version:
    """A version of a document with these tags."""
    return version.described_with(Tags=as_list(tags))


def numbers(listed_versions: Iterable[Listed]) -> list[str]:
    """The numbers of versions, oldest first."""
    return [str(one.number) for one in sorted(listed_versions)]


def prunable(spec: DocumentSpec, listed_versions: Iterable[Listed], after: Version) -> list[str]:
    """The numbers of the versions that the wanted document has no more once `after` is there, oldest first."""
    if spec.keep_versions is None:
        return []
    there = listed_after(listed_versions, after)
    return to_prune(there, spec.keep_versions, spec.prune_named_versions, after.number)


def not_own(spec: DocumentSpec) -> str:
    """The warning about versions that stay because others made their document."""
    return f"keep_versions: kept all versions of {spec.title}: this collection did not make it."


def kept_versions(spec: DocumentSpec, gone: Sequence[str], accounts: str) -> str:
    """The warning about versions that stay because their document is shared."""
    return (
        f"keep_versions: kept {counted(len(gone), 'older version')} of {spec.title}: AWS deletes nothing of a "
        f"document that is shared, and this one is shared with {accounts}."
    )


def warnings(spec: DocumentSpec, version: Version, existed: bool) -> list[str]:
    """What is wanted of a version that exists, and cannot be changed."""
    found = []
    if existed and spec.version_name is not None and version.name != spec.version_name:
        has = "has no name" if version.name is None else f"is named {version.name!r}"
        found.append(
            f"version_name: version {version.number} of {spec.title} has this content and {has}; AWS names a version "
            "only when it is made."
        )
    if spec.requires is not None and _required(spec.requires) != _required(
        {"name": one["Name"], "version": one.get("Version")} for one in version.described.get("Requires") or []
    ):
        found.append(f"requires: AWS sets it only when {spec.title} is created; delete the document first.")
    return found


def _required(documents: Iterable[Mapping[str, t.Any]]) -> set[tuple[str, str]]:
    return {(str(one["name"]), str(one.get("version") or "")) for one in documents}
