# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Python for modules that has boto3 and ansible-core's module_utils imported already.

More than half of the time of a module on the local host is spent importing the same libraries, and most of the rest
reading botocore's models of services and compiling the sources that come with it. A server does each of them once.
Neither the collections nor the module itself are imported in advance.

    python -m tests.support.warm_python SOCKET [SERVICE ...]    ends when its standard input is closed
"""

from __future__ import annotations

import _imp
import contextlib
import hashlib
import importlib
import marshal
import os
import pathlib
import sys
import types
import typing as t
import zipimport

from tests.support import warm_server

if t.TYPE_CHECKING:
    from collections.abc import Iterator

IMPORTED = (
    "ansible.module_utils._internal._ansiballz._loader",
    "ansible.module_utils.basic",
    "ansible.module_utils.common.dict_transformations",
    "boto3.session",
    "botocore.args",
    "botocore.credentials",
    "botocore.endpoint",
    "botocore.httpsession",
    "botocore.paginate",
    "botocore.parsers",
    "botocore.signers",
    "botocore.waiter",
    "s3transfer.manager",
)
# The services whose models the integration tests use.
SERVICES = ("cloudwatch", "ec2", "events", "iam", "kms", "logs", "s3", "sns", "sqs", "ssm", "sts")


def read_models(services: list[str]) -> None:
    """Reads botocore's models of services: from then on, all sessions share the loader that has read them."""
    # The server's own imports: a process that only asks for serving needs none of them.
    import boto3.session

    from tests.support import shared_models

    shared_models.share()
    session = boto3.session.Session("none", "none", region_name="us-east-1")
    for service in services:
        session.client(t.cast("t.Any", service))


def _compile_once(folder: pathlib.Path) -> None:
    """Compiles each source in a module's archive once for all forks: zipimport does so twice in each."""
    archives = t.cast("t.Any", zipimport)
    compile_source = archives._compile_source

    def compiled(path: str, source: bytes) -> types.CodeType:
        file = folder / f"{hashlib.sha256(source).hexdigest()}.code"
        if not file.exists():
            part = file.with_suffix(f".{os.getpid()}")
            part.write_bytes(marshal.dumps(compile_source(path, source)))
            part.rename(file)
        code = marshal.loads(file.read_bytes())  # noqa: S302  # it was written here
        # Each module's archive has a path of its own, which tracebacks name.
        t.cast("t.Any", _imp)._fix_co_filename(code, path)
        return t.cast("types.CodeType", code)

    archives._compile_source = compiled


def _run() -> int:
    """Runs a file, or without one the standard input, as ansible-core has it with pipelining."""
    file = sys.argv[0]
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    if file:
        main.__file__ = file
        sys.path[0] = os.path.dirname(os.path.abspath(file))
    source = pathlib.Path(file).read_bytes() if file else sys.stdin.buffer.read()
    exec(compile(source, file or "<stdin>", "exec"), main.__dict__)  # noqa: S102  # an interpreter does
    return 0


@contextlib.contextmanager
def serving(services: tuple[str, ...] = ()) -> Iterator[pathlib.Path]:
    """A server for the length of a block; gives the program to use as ansible_python_interpreter.

    Elsewhere than on Linux that is this Python itself.

    :param services: the services whose models it reads in advance.
    :raises RuntimeError: it did not start.
    """
    with contextlib.ExitStack() as stack:
        yield warm_server.enter_python(stack, "tests.support.warm_python", *services)


def main(path: str, *services: str) -> None:
    """Imports, and serves."""
    for name in IMPORTED:
        importlib.import_module(name)
    read_models(list(services))
    _compile_once(pathlib.Path(path).parent)
    warm_server.serve(path, _run)


if __name__ == "__main__":
    main(*sys.argv[1:])
