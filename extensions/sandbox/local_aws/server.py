# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything put together, on a loopback address."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import secrets
import typing as t

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from . import listener, lives, moto_fixes, seeding, wire
from .admission import Admission
from .agents import Agents
from .control import Control
from .engine import Engine
from .executor import Executor
from .faults import Faults
from .front import Front, Parts
from .iam import Enforcer
from .key_ring import Key, KeyRing, own_key
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
Json = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Options:
    """How a sandbox is started. port 0: any free one; seed_nodes: [(number, tags), ...]; key None: a fresh one."""

    port: int = 0
    region: str = "us-east-1"
    enforce_iam: bool = False
    config: Json = dataclasses.field(default_factory=dict)
    seed_nodes: tuple[tuple[int, t.Mapping[str, str]], ...] = ()
    key: Key | None = None


class Sandbox(t.NamedTuple):
    """A sandbox that is ready to serve."""

    server: t.Any
    endpoint_url: str
    key: Key
    control_token: str


@contextlib.contextmanager
def open_sandbox(options: Options) -> Iterator[Sandbox]:
    """Build a sandbox; at the end it stops what runs on its nodes and removes its files.

    Raises MotoChangedError, OSError for a port that is taken, ValueError for a wrong configuration.
    """
    moto = MotoData()
    moto.check(options.region)
    key, control_token = options.key or own_key({}), secrets.token_urlsafe(30)
    with contextlib.ExitStack() as stack:
        admission = Admission(KeyRing(key, moto), control_token)
        front = _build_front(options, moto, admission, key, stack)
        for number, tags in options.seed_nodes:
            seeding.seed_instances(moto, options.region, number, tags)
        server = listener.listen(front, LOOPBACK, options.port)
        stack.callback(server.close)
        url = f"http://{LOOPBACK}:{server.effective_port}"
        yield Sandbox(server, url, key, control_token)


def _build_front(
    options: Options, moto: MotoData, admission: Admission, key: Key, stack: contextlib.ExitStack
) -> Front:
    settings, nodes, faults = Settings(), Nodes(moto), Faults()
    root = stack.enter_context(lives.directory())
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
    dispatcher = DomainDispatcherApplication(create_backend_app)
    return Front(
        Parts(
            moto_app=dispatcher,
            moto_backend=functools.partial(_backend, dispatcher),
            moto=moto,
            nodes=nodes,
            engine=engine,
            api=api,
            control=control,
            faults=faults,
            enforcer=Enforcer(root_access_key_id=key.access_key_id) if options.enforce_iam else None,
            admission=admission,
        )
    )


def _backend(dispatcher: DomainDispatcherApplication, environ: wire.Environ) -> str | None:
    """The backend that moto would send a request to; None when it has none for it."""
    host = dispatcher.infer_service_region_host(environ, environ["PATH_INFO"])
    return t.cast("str | None", dispatcher.get_backend_for_host(host))
