# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Has a tests.support.warm_server run a program. It is started for every module, so it imports next to nothing."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # signal itself imports enum
import _socket
import marshal
import os
import sys

_KILLED = 9
_INT_BYTES = 4


def run(path: str, arguments: list[str]) -> int:
    """Has the server run these, with this process's environment, directory and standard streams; the exit code."""
    request = {"directory": os.getcwd(), "environment": dict(os.environ), "arguments": arguments}
    body = marshal.dumps(request)
    message = len(body).to_bytes(_INT_BYTES, sys.byteorder) + body
    streams = b"".join(number.to_bytes(_INT_BYTES, sys.byteorder) for number in (0, 1, 2))
    client = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    client.connect(path)
    # One that kills this program kills the run; one that asks it to end asks the run.
    _signal.signal(_signal.SIGTERM, lambda number, _frame: client.send(bytes([number])))
    sent = client.sendmsg([message], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
    client.sendall(message[sent:])
    answer = client.recv(_INT_BYTES)
    code = int.from_bytes(answer, sys.byteorder, signed=True) if answer else -_KILLED
    return code if code >= 0 else 128 - code
