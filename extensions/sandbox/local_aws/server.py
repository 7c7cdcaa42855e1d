# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything put together, on a loopback address."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import secrets
import shutil
import string
import tempfile
import typing as t

import waitress.server
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from . import moto_fixes, seeding
from .agents import Agents
from .control import Control
from .engine import Engine
from .executor import Executor
from .faults import Faults
from .front import Front, Parts
from .iam import Enforcer
from .moto_data import MotoData
from .nodes import Nodes
from .notifications import Notifier
from .publishing import Publisher
from .run_command_api import RunCommandApi
from .scheduler import Scheduler
from .settings import Settings

if t.TYPE_CHECKING:
    from collections.abc import Iterator

LOOPBACK = "127.0.0.1"
_SERVER_THREADS = 32
_KEY_CHARACTERS = string.ascii_uppercase + "234567"
Json = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Options:
    """How a sandbox is started. port 0: any free one; seed_nodes: [(number, tags), ...]."""

    port: int = 0
    region: str = "us-east-1"
    enforce_iam: bool = False
    config: Json = dataclasses.field(default_factory=dict)
    seed_nodes: tuple[tuple[int, t.Mapping[str, str]], ...] = ()


class Sandbox(t.NamedTuple):
    """A sandbox that is ready to serve."""

    server: t.Any
    endpoint_url: str
    access_key_id: str
    secret_access_key: str


@contextlib.contextmanager
def open_sandbox(options: Options) -> Iterator[Sandbox]:
    """Build a sandbox; at the end it stops what runs on its nodes and removes its files.

    Raises MotoChangedError, OSError for a port that is taken, ValueError for a wrong configuration.
    """
    moto = MotoData()
    moto.check(options.region)
    access_key_id = "AKIA" + "".join(secrets.choice(_KEY_CHARACTERS) for _number in range(16))
    with contextlib.ExitStack() as stack:
        front = _build_front(options, moto, access_key_id, stack)
        for number, tags in options.seed_nodes:
            seeding.seed_instances(moto, options.region, number, tags)
        server = waitress.server.create_server(
            front, host=LOOPBACK, port=options.port, threads=_SERVER_THREADS, channel_timeout=3600
        )
        stack.callback(server.close)
        url = f"http://{LOOPBACK}:{server.effective_port}"
        yield Sandbox(server, url, access_key_id, secrets.token_urlsafe(30))


def _build_front(options: Options, moto: MotoData, access_key_id: str, stack: contextlib.ExitStack) -> Front:
    settings, nodes, faults = Settings(), Nodes(moto), Faults()
    root = pathlib.Path(tempfile.mkdtemp(prefix="ssmops-sandbox-"))
    stack.callback(shutil.rmtree, root, ignore_errors=True)
    notifier = Notifier(moto, moto_fixes.put_aws_event)
    stack.callback(notifier.close)
    scheduler = Scheduler()
    agents = Agents(Executor(root), scheduler, Publisher(moto), settings)
    stack.callback(agents.close)
    stack.callback(scheduler.close)
    engine = Engine(nodes, agents, scheduler, notifier, settings)
    api = RunCommandApi(moto, nodes, engine, settings)
    moto_fixes.apply(run_command=api.run_for_rule)
    control = Control(moto=moto, nodes=nodes, engine=engine, faults=faults, settings=settings, region=options.region)
    control.configure(options.config)
    return Front(
        Parts(
            moto_app=DomainDispatcherApplication(create_backend_app),
            moto=moto,
            nodes=nodes,
            engine=engine,
            api=api,
            control=control,
            faults=faults,
            enforcer=Enforcer(root_access_key_id=access_key_id) if options.enforce_iam else None,
        )
    )
