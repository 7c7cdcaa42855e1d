# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plugins of a node that run no script: downloads, documents within documents, and what is only simulated."""

from __future__ import annotations

import json
import os
import pathlib
import typing as t

from ..nodes import role_rights
from ..wire.arns import partition_of
from ..wire.errors import ApiError
from . import content_sources, document_store, documents, nested_documents, plugins
from .aws_declarations import CANNOT_RUN, DEED, SUCCEED
from .content_sources import S3Place, StoredDocument
from .plugins import Answer, PluginError

if t.TYPE_CHECKING:
    from ..moto.data import MotoData
    from ..nodes.managed_nodes import Node
    from .executor import Executor
    from .model import Invocation
    from .plan import Step

_DOWNLOAD: t.Final = "aws:downloadContent"
# Whoever downloads a script wants to run it.
_FILE_MODE: t.Final = 0o700


class Place(t.NamedTuple):
    """Where a step runs: for which invocation, and within which steps aws:runDocument, the outermost first."""

    invocation: Invocation
    within: tuple[str, ...] = ()

    @property
    def node(self) -> Node:
        """The node."""
        return self.invocation.node

    def inside(self, step: Step) -> Place:
        """The place of the steps of a document that this step runs."""
        return Place(self.invocation, (*self.within, step.step_id))


class NodePlugins:
    """Does with the rights of the node what its plugins are told."""

    def __init__(self, moto: MotoData, executor: Executor) -> None:
        self._moto = moto
        self._executor = executor

    def answer(self, place: Place, action: str, inputs: t.Any) -> Answer:
        """What a plugin answers."""
        deed = inputs.get(DEED) if isinstance(inputs, dict) else None
        if deed == SUCCEED:
            return Answer(True)
        if deed == CANNOT_RUN:
            return plugins.cannot_run(action)
        try:
            return self._download(place, inputs) if action == _DOWNLOAD else plugins.answer(action, inputs)
        except PluginError as error:
            return Answer.failed(error)

    def steps_of_document(self, place: Place, inputs: t.Any) -> list[Step]:
        """The steps of the document that aws:runDocument is told to run; PluginError."""
        nested_documents.check_depth(place.within)
        wanted = nested_documents.read(inputs)
        if wanted.kind == nested_documents.SSM_DOCUMENT:
            text = self._document_text(place.node, content_sources.stored_document(wanted.path))
        else:
            text = _read(self._downloads(place) / wanted.path)
        return nested_documents.steps(text, wanted.parameters)

    # aws:downloadContent

    def _download(self, place: Place, inputs: t.Any) -> Answer:
        wanted = content_sources.read(inputs)
        # Not a Path, which would drop the slash at its end: then a folder is meant.
        destination = os.path.join(self._downloads(place), wanted.destination)
        if isinstance(wanted.source, S3Place):
            files = self._s3_files(place.node, wanted.source)
            is_folder = wanted.source.key not in files
            names = {key: key.removeprefix(wanted.source.key).lstrip("/") for key in files} if is_folder else {}
        else:
            text = self._document_text(place.node, wanted.source)
            files, is_folder, names = {f"{wanted.source.name}.json": text.encode()}, False, {}
        for key, data in files.items():
            _write(_target(destination, names.get(key) or key.rsplit("/", 1)[-1], is_folder=is_folder), data)
        return Answer(True, stdout=f"Content downloaded to {destination}".encode())

    def _downloads(self, place: Place) -> pathlib.Path:
        return self._executor.downloads(place.node, place.invocation.command.command_id, place.within)

    def _s3_files(self, node: Node, source: S3Place) -> dict[str, bytes]:
        bucket = f"arn:{partition_of(node.region)}:s3:::{source.bucket}"
        _require(node, "s3:ListBucket", bucket)
        files = self._moto.objects(source.bucket, source.key)
        for key in files or [source.key]:
            _require(node, "s3:GetObject", f"{bucket}/{key}")
        if not files:
            raise PluginError(f"failed to download {source.key} from the bucket {source.bucket}: NoSuchKey")
        return files

    def _document_text(self, node: Node, wanted: StoredDocument) -> str:
        owner = "" if wanted.name in documents.AWS_OWNED else node.account_id
        arn = f"arn:{partition_of(node.region)}:ssm:{node.region}:{owner}:document/{wanted.name}"
        _require(node, "ssm:GetDocument", arn)
        try:
            found = document_store.find(self._moto, node.region, wanted.name, wanted.version)
        except ApiError as error:
            raise PluginError(str(error)) from error
        return found.text if found.format == "JSON" else json.dumps(found.content)


def _require(node: Node, action: str, resource: str) -> None:
    if not role_rights.allows(node.role_policies, action, resource):
        raise PluginError(f"AccessDenied: the role of {node.instance_id} does not allow {action} on {resource}")


def _target(destination: str, name: str, *, is_folder: bool) -> pathlib.Path:
    """Where a file goes: below the destination when that is a folder, else it is the file itself."""
    folder = pathlib.Path(destination)
    if not (is_folder or destination.endswith("/") or folder.is_dir()):
        return folder
    target = folder / name
    if not pathlib.Path(os.path.normpath(target)).is_relative_to(os.path.normpath(folder)):
        raise PluginError(f"{name} leads out of {destination}")
    return target


def _write(target: pathlib.Path, data: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        target.chmod(_FILE_MODE)
    except OSError as error:
        raise PluginError(f"failed to write {target}: {error.strerror}") from error


def _read(path: pathlib.Path) -> str:
    """The text of a file; "" when there is none, as the agent has it."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
