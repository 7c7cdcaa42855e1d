# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Python for sandboxes that has imported what they import and read what they read, which is most of their start.

python -m tests.support.warm_sandbox SOCKET    ends when its standard input is closed
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import importlib
import pathlib
import random
import runpy
import sys
import tempfile
import typing as t

from tests.support import local_sandbox, warm_server

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.local_sandbox import LocalSandbox

_SANDBOX = local_sandbox.CHECKOUT / "extensions" / "sandbox"
# The services whose models and code of moto a sandbox loads when it is first asked for them.
_SERVICES = ("cloudwatch", "ec2", "events", "iam", "kms", "logs", "s3", "sns", "sqs", "ssm", "sts")


def start(folder: pathlib.Path, *options: str) -> LocalSandbox:
    """As local_sandbox.start, with a server for all sandboxes of this process."""
    return local_sandbox.start(folder, *options, python=_own_program())


@contextlib.contextmanager
def running(folder: pathlib.Path, *options: str) -> Iterator[LocalSandbox]:
    """A sandbox for the length of a block."""
    with local_sandbox.running(folder, *options, python=_own_program()) as sandbox:
        yield sandbox


@functools.cache
def _own_program() -> str:
    until_the_end = contextlib.ExitStack()
    atexit.register(until_the_end.close)
    return str(until_the_end.enter_context(serving()))


@contextlib.contextmanager
def serving() -> Iterator[pathlib.Path]:
    """A server for the length of a block; gives the program to start a sandbox with.

    Elsewhere than on Linux that is this Python itself.

    :raises RuntimeError: it did not start.
    """
    with contextlib.ExitStack() as stack:
        yield warm_server.enter_python(stack, "tests.support.warm_sandbox")


def _import_all() -> None:
    runpy.run_path(str(_SANDBOX), run_name="imported")
    sys.path.insert(0, str(_SANDBOX))
    importlib.import_module("local_aws.moto.data").MotoData().check("us-east-1")
    validation = importlib.import_module("local_aws.wire.validation")
    application = importlib.import_module("moto.moto_server.werkzeug_app")
    for service in _SERVICES:
        validation.service_model(service)
        application.create_backend_app(service)
    # The first request of any service looks for its caller, in every partition.
    importlib.import_module("moto.iam.models").get_account_id_from("nobody")


def _run() -> int:
    # It was found in the server's environment.
    tempfile.tempdir = None
    # The forks of one process would draw the same IDs.
    random.seed()
    importlib.import_module("moto.moto_api._internal").mock_random.seed()
    runpy.run_path(sys.argv[0], run_name="__main__")
    return 0


def main(path: str) -> None:
    """Imports, and serves."""
    _import_all()
    warm_server.serve(path, _run)


if __name__ == "__main__":
    main(*sys.argv[1:])
