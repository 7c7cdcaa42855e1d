# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One host of a run sends a request; others with the same request would run it on the same nodes again.

A task can seldom tell from its play how many hosts run it: dynamic includes, C(serial), C(when) and C(strategy=free)
all mislead it. Where it can, no host sends; else the first host claims the request, with a file in the temporary
directory of the run.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import hashlib
import json
import os
import pathlib
import re
import typing as t

from ansible.playbook.handler import Handler
from ansible.playbook.task_include import TaskInclude
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.client_token import same_targets
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import counted, named

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ansible.playbook.task import Task
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.request import SendRequest
    from botocore.client import BaseClient

# Where credentials come from, beside the key and the profile, which are options. What only names a session or a program
# (AWS_ROLE_SESSION_NAME, AWS_EXECUTION_ENV) is often different for each host, and none of it.
_SOURCES: t.Final = (
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CREDENTIAL_FILE",
    "AWS_LOGIN_CACHE_DIRECTORY",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_SSO",
)
# The files that botocore reads them from, with their defaults.
_FILES: t.Final = {"AWS_CONFIG_FILE": "~/.aws/config", "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials"}
# Strategies whose hosts come to a task together, in its batch.
_TOGETHER: t.Final = ("linear", "ansible.builtin.linear")
_TEMPLATE: t.Final = re.compile("{{|{%")


@dataclasses.dataclass(frozen=True)
class Claim:
    """What makes two requests of a run the same.

    :param task: the task, as `task_identity` names it.
    :param place: region and endpoint.
    :param credentials: what decides whose account and rights they are, as `credentials_of` says it.
    :param is_check: whether the request is only checked.
    """

    task: str
    document: tuple[str, str | None]
    parameters: Mapping[str, t.Any]
    nodes: t.Any
    place: tuple[str, str]
    credentials: Mapping[str, str | None]
    is_check: bool = False

    @property
    def digest(self) -> str:
        """64 hexadecimal digits, the same for the same request."""
        text = json.dumps(dataclasses.asdict(self), sort_keys=True, default=str)
        return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()

    def first_host(self, directory: str, host: str) -> str:
        """Claim the request for a host; the host that has it, which is another one if that was earlier.

        :param directory: a directory that all hosts of the run share.
        :raises OSError: the directory cannot be written to.
        """
        with self._locked(directory) as file:
            earlier = file.read()
            if not earlier:
                file.write(host)
            return earlier or host

    def give_back(self, directory: str, host: str) -> None:
        """End the claim of a host that has certainly sent nothing: another one may try.

        :raises OSError: the directory cannot be written to.
        """
        with self._locked(directory) as file:
            if file.read() == host:
                # Not deleted: others may have it open.
                file.truncate(0)

    @contextlib.contextmanager
    def _locked(self, directory: str) -> Iterator[t.TextIO]:
        with locked(pathlib.Path(directory) / f"send_command-{self.digest}") as file:
            yield file


@contextlib.contextmanager
def locked(path: pathlib.Path) -> Iterator[t.TextIO]:
    """A file that no other process of the run reads or writes in the meantime; created if it does not exist.

    :raises OSError: it cannot be opened.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with open(descriptor, "r+", encoding="utf-8", errors="surrogateescape") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def claim_of(
    task: Task, request: SendRequest, client: BaseClient, options: Mapping[str, t.Any], *, is_check: bool = False
) -> Claim:
    """The claim of a request. Comment, outputs and limits do not count: they do not change what nodes run.

    :param client: the client that sends it, or one like it.
    :param options: the connection options of the task; those not given have their value from the environment.
    """
    return Claim(
        task=task_identity(task),
        document=(request.fields["DocumentName"], request.fields.get("DocumentVersion")),
        parameters=request.fields.get("Parameters", {}),
        nodes=sorted(set(request.instance_ids)) or same_targets(request.targets),
        place=place_of(client),
        credentials=credentials_of(options),
        is_check=is_check,
    )


def place_of(client: BaseClient) -> tuple[str, str]:
    """The region and the endpoint of a client."""
    return client.meta.region_name, client.meta.endpoint_url


def credentials_of(options: Mapping[str, t.Any]) -> dict[str, str | None]:
    """What decides with whose credentials AWS is asked: the key ID, the profile, and where others come from.

    :param options: the connection options of the task; those not given have their value from the environment.
    """
    return {
        "access_key": options.get("access_key"),
        "profile": options.get("profile"),
        **{name: os.environ.get(name) for name in _SOURCES},
        **{name: os.path.expanduser(os.environ.get(name, default)) for name, default in _FILES.items()},
    }


def task_identity(task: Task) -> str:
    """A text that is the same for all hosts of a run that have this task.

    C(strategy=free) loads an included file for each host, with a new UUID for each task in it. So these tasks are named
    by the UUID of the outermost include and their place in the file.
    """
    includes = [node for node in _ancestry(task) if _is_dynamic(node)]
    return f"{includes[-1]._uuid} {task.get_path()}" if includes else str(task._uuid)


def _ancestry(task: Task) -> Iterator[t.Any]:
    """A task, the block or include that it is in, and so on."""
    node: t.Any = task
    while node is not None:
        yield node
        node = getattr(node, "_parent", None)


def _is_dynamic(node: t.Any) -> bool:
    return isinstance(node, TaskInclude) and not node.statically_loaded


def certain_hosts(task: Task, batch: Sequence[str]) -> Sequence[str]:
    """The hosts of the batch, if each of them is certain to send the request of this task; () if that depends on them.

    Certain it is where nothing is a template or a condition, and the hosts come to each task together. Blocks that
    rescue, handlers, loops and included files are for some of the hosts, or not the same for all.
    """
    written, play = task.get_ds(), task.play
    if len(batch) < 2 or written is None or play is None or play.strategy not in _TOGETHER:
        return ()
    if task.run_once or task.when or task.loop is not None or task.loop_with or isinstance(task, Handler):
        return ()
    if any(_is_dynamic(node) or getattr(node, "rescue", ()) or getattr(node, "always", ()) for node in _ancestry(task)):
        return ()
    text = json.dumps([written, task.environment, task.module_defaults], default=str)
    return () if _TEMPLATE.search(text) else batch


def certain_refusal(hosts: Sequence[str]) -> str:
    """Why no host of these sends, and what to do about it."""
    number = counted(len(hosts), "host")
    return (
        f"This task sends the same request for each of {number} of the play ({named(hosts)}): every node would run it "
        f"{len(hosts)} times, so nothing was sent. Set run_once: true, or use a play on one host, such as localhost. "
        "Set send_per_host: true to send it for each host."
    )


def refusal(first: str, host: str) -> str:
    """Why a host does not send what another one has claimed, and what to do about it."""
    return (
        f"The host {first} sends this request in this run: if {host} sent it too, every node would run it again, so "
        "nothing was sent. Set run_once: true; where the play has serial or strategy: free, which undo it, use a play "
        "on one host, such as localhost. Set send_per_host: true to send it for each host."
    )
