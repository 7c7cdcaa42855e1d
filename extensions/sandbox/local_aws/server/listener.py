# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""waitress on one address, as the sandbox needs it: many connections, most of them idle."""

from __future__ import annotations

import re
import resource
import typing as t

import waitress.adjustments
import waitress.channel
import waitress.server
import waitress.task

_THREADS: t.Final = 32
_CONNECTIONS: t.Final = 4_096
# Files of outputs, pipes to scripts and the like, beside connections.
_OTHER_FILES: t.Final = 512
# What may be idle for longer than these seconds; more is closed, the rest after waitress's two minutes.
_IDLE_CONNECTIONS: t.Final = 64
_IDLE_SECONDS: t.Final = 3.0
_METADATA: t.Final = re.compile(rb"^X-Amz-Meta-[^:]+", re.MULTILINE)
_LONGEST_HEAD: t.Final = 64 * 1024
_LONGEST_BODY: t.Final = 128 * 1024 * 1024


class _Task(waitress.task.WSGITask):
    """An answer whose headers of metadata have the small letters that AWS gives them; waitress makes them capital."""

    def build_response_header(self) -> bytes:
        """The head of the answer."""
        head: bytes = super().build_response_header()  # type: ignore[no-untyped-call]  # waitress has no types
        return _METADATA.sub(lambda name: name[0].lower(), head)


class _Channel(waitress.channel.HTTPChannel):
    """A connection whose client may expect to be told to go on with a body of no bytes, as boto3 does."""

    task_class = _Task

    def send_continue(self) -> None:
        """Tell the client to go on; waitress then waits for a body, even when it has all of it."""
        request = t.cast("t.Any", self.request)
        completed = request.completed
        super().send_continue()  # type: ignore[no-untyped-call]  # waitress has no types
        request.completed = completed


class _Server(waitress.server.TcpWSGIServer):
    """A server that many idle clients do not slow down: it looks at every connection whenever one has something."""

    channel_class = _Channel

    def maintenance(self, now: float) -> None:
        """Close what has been idle for minutes, and of many idle connections those that have been so for longest."""
        super().maintenance(now)  # type: ignore[no-untyped-call]  # waitress has no types
        channels = list(self.active_channels.values())
        idle = [one for one in channels if not one.requests and one.last_activity < now - _IDLE_SECONDS]
        idle.sort(key=lambda one: one.last_activity)
        for channel in idle[: max(0, len(idle) - _IDLE_CONNECTIONS)]:
            channel.will_close = True


def listen(application: t.Any, host: str, port: int) -> _Server:
    """A server for a WSGI application; OSError when the port is taken."""
    adjustments = waitress.adjustments.Adjustments(
        host=host,
        port=port,
        threads=_THREADS,
        connection_limit=_raise_file_limit() - _OTHER_FILES,
        # select() cannot watch more than 1,024 files.
        asyncore_use_poll=True,
        backlog=1024,
        cleanup_interval=1,
        max_request_header_size=_LONGEST_HEAD,
        max_request_body_size=_LONGEST_BODY,
    )
    return _Server(application, adj=adjustments)  # type: ignore[no-untyped-call]  # waitress has no types


def _raise_file_limit() -> int:
    """Allow this process as many open files as the connections need; how many it may have."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS + _OTHER_FILES
    if most != resource.RLIM_INFINITY:
        wanted = min(wanted, most)
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    return wanted
