# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plugins of a node that run no script: downloads, documents within documents, and what is only simulated."""

from __future__ import annotations

import functools
import os
import pathlib
import threading
import time
import typing as t

from ..wire.arns import partition_of
from ..wire.errors import ApiError
from . import (
    actions,
    content_sources,
    document_store,
    documents,
    nested_documents,
    outputs,
    patching,
    plugins,
    software_plugins,
    statuses,
)
from .aws_declarations import CANNOT_RUN, PATCH, SUCCEED, sandbox_step
from .content_sources import S3Place, StoredDocument
from .plugins import Answer, PluginError

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ..moto.data import MotoData
    from ..nodes.managed_nodes import Node, Nodes
    from ..nodes.software import Software
    from .executor import Executor
    from .model import Invocation
    from .plan import Step

Inputs = t.Mapping[str, t.Any]
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

    def __init__(self, moto: MotoData, nodes: Nodes, executor: Executor) -> None:
        self._moto = moto
        self._nodes = nodes
        self._executor = executor
        # One change of what is on a node at a time.
        self._lock = threading.Lock()

    def answer(self, place: Place, action: str, inputs: t.Any) -> Answer:
        """What a plugin answers."""
        given = inputs if isinstance(inputs, dict) else {}
        instead = sandbox_step(inputs)
        if instead == SUCCEED:
            return Answer(True)
        if instead == CANNOT_RUN:
            unmanaged = "no node of it has what the script manages"
            return plugins.cannot_run(plugins.INVENTORY_REFUSAL if action == actions.SOFTWARE_INVENTORY else unmanaged)
        if instead == PATCH:
            return self._patch(place.node, given)
        try:
            return self._answer(place, action, given)
        except PluginError as error:
            return Answer.failed(error)

    def _answer(self, place: Place, action: str, inputs: Inputs) -> Answer:
        if action == actions.DOWNLOAD_CONTENT:
            return self._download(place, inputs)
        if action == actions.UPDATE_SSM_AGENT:
            return self._change(place.node, lambda software: software_plugins.update_agent(software, inputs))
        if action == actions.CONFIGURE_PACKAGE:
            newest = functools.partial(self._newest_package, place.node.region)
            change = functools.partial(software_plugins.configure_package, inputs=inputs, newest=newest)
            return self._change(place.node, change)
        return plugins.answer(action, place.node.platform)

    def steps_of_document(self, place: Place, inputs: t.Any) -> list[Step]:
        """The steps of the document that aws:runDocument is told to run; PluginError."""
        nested_documents.check_depth(place.within)
        wanted = nested_documents.read(inputs)
        if wanted.kind == nested_documents.SSM_DOCUMENT:
            text = self._document_text(place.node, content_sources.stored_document(wanted.path))
        else:
            text = _read(self._downloads(place) / wanted.path)
        return nested_documents.steps(text, wanted.parameters)

    # What is only simulated

    def _change(self, node: Node, change: Callable[[Software], tuple[Software, Answer]]) -> Answer:
        with self._lock:
            changed, answer = change(self._nodes.software(node))
            self._nodes.set_software(node, changed)
        return answer

    def _newest_package(self, region: str, name: str) -> str:
        if name in software_plugins.AWS_PACKAGES:
            return software_plugins.NEWEST_PACKAGE
        stored = self._moto.document(region, name, "")
        return stored.version if stored and stored.kind == "Package" else ""

    def _patch(self, node: Node, inputs: Inputs) -> Answer:
        began_at, request = time.time(), patching.read(inputs)
        with self._lock:
            patched = patching.patch(self._nodes.software(node), request)
            self._nodes.set_software(node, patched.software)
        if patched.exit_code == statuses.REBOOT_EXIT_CODE:
            return Answer(False, b"The patches are installed, and the node reboots.\n", exit_code=patched.exit_code)
        state = patching.state(node, request, patched, (began_at, time.time()))
        self._nodes.software_changes.put_patch_state(node.instance_id, state)
        stdout, stderr = patching.summary(state).encode(), outputs.failure_of_exit_code(patched.exit_code)
        return Answer(not patched.exit_code, stdout, stderr, patched.exit_code)

    # aws:downloadContent

    def _download(self, place: Place, inputs: Inputs) -> Answer:
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
        _require(node, "ssm:GetDocument", documents.arn(wanted.name, node.region, node.account_id))
        try:
            found = document_store.find(self._moto, node.region, wanted.name, wanted.version)
        except ApiError as error:
            raise PluginError(str(error)) from error
        return documents.text_in(found, "JSON")


def _require(node: Node, action: str, resource: str) -> None:
    if not node.rights.allows(action, resource):
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
