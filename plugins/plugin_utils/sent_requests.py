# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tasks of a run have sent with a client token, in a file of the run: AWS may not list it yet."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import pathlib
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch import SentRequest
from ansible_collections.ssmops.run_command.plugins.plugin_utils.run_claims import credentials_of, locked, place_of

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from botocore.client import BaseClient


class SentRequests:
    """The requests of this task, and of earlier tasks with the same client token.

    :param path: the file that the tasks share; None without a client token.
    """

    def __init__(self, path: pathlib.Path | None) -> None:
        self._path = path
        self._own: dict[str, SentRequest] = {}

    @property
    def may_have_sent(self) -> bool:
        """Whether this task has sent something, or may have sent it."""
        return any(not request.is_refused for request in self._own.values())

    def note(self, request: SentRequest) -> None:
        """Remember a request, instead of what is remembered of its token.

        :raises OSError: it cannot be written down.
        """
        if self._path is not None:
            with locked(self._path) as file:
                file.seek(0, 2)
                # The line end comes first: a line that had no room on the disk must not spoil the next one.
                file.write("\n" + json.dumps(dataclasses.asdict(request), default=str))
        self._own[request.token] = request

    def requests(self) -> list[SentRequest]:
        """All requests that AWS has accepted, or may have accepted, oldest first.

        :raises OSError: the file cannot be read.
        """
        if self._path is None:
            return []
        with locked(self._path) as file:
            noted = {request.token: request for request in _read(file)}
        return [request for request in noted.values() if not request.is_refused]


def requests_of(
    client_token: str | None, client: BaseClient, options: Mapping[str, t.Any], directory: str
) -> SentRequests:
    """What was sent with a client token to the same place with the same credentials.

    :param client: the client that sends, or one like it.
    :param options: the connection options of the task.
    :param directory: a directory that all tasks of the run share.
    """
    if client_token is None:
        return SentRequests(None)
    key = json.dumps([client_token, place_of(client), credentials_of(options)], sort_keys=True)
    digest = hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()
    return SentRequests(pathlib.Path(directory) / f"client_token-{digest}")


def _read(lines: Iterable[str]) -> t.Iterator[SentRequest]:
    for line in lines:
        try:
            fields = json.loads(line)
        except ValueError:
            # An empty one, or one that had no room on the disk: its request was not sent, or is noted before it.
            continue
        sent_at = datetime.datetime.fromisoformat(fields["sent_at"])
        yield SentRequest(**{**fields, "sent_at": sent_at, "nodes": tuple(fields["nodes"])})
