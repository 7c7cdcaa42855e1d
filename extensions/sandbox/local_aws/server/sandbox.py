# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything put together, on a loopback address."""

from __future__ import annotations

import contextlib
import dataclasses
import secrets
import typing as t

from ..iam.enforcer import Enforcer
from ..iam.keys import Key
from ..moto import corrections, seeding
from ..moto.application import MotoApplication
from ..moto.data import MotoData
from ..moto.principals import MotoPrincipals
from ..nodes.managed_nodes import Nodes
from ..run_command import lives
from ..run_command.agent_service import AgentService
from ..run_command.agents import Agents
from ..run_command.api import RunCommandApi
from ..run_command.archive import Archive
from ..run_command.commands import Commands
from ..run_command.engine import Engine
from ..run_command.executor import Executor
from ..run_command.node_plugins import NodePlugins
from ..run_command.notifications import Notifier
from ..run_command.publishing import Publisher
from ..run_command.scheduler import Scheduler
from ..wire.settings import Settings
from . import listener
from .admission import Admission
from .control import Control, Controlled
from .faults import Faults
from .front import Front, Parts
from .key_ring import KeyRing, own_key

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
        keys = KeyRing(key, moto)
        front = _build_front(options, moto, keys, Admission(keys, control_token), stack)
        for number, tags in options.seed_nodes:
            seeding.seed_instances(moto, options.region, number, tags)
        server = listener.listen(front, LOOPBACK, options.port)
        stack.callback(server.close)
        url = f"http://{LOOPBACK}:{server.effective_port}"
        yield Sandbox(server, url, key, control_token)


def _build_front(
    options: Options, moto: MotoData, keys: KeyRing, admission: Admission, stack: contextlib.ExitStack
) -> Front:
    settings, nodes, faults = Settings(), Nodes(moto), Faults()
    root = stack.enter_context(lives.directory())
    notifier = Notifier(moto, corrections.put_aws_event)
    stack.callback(notifier.close)
    scheduler = Scheduler()
    executor = Executor(root, settings)
    service, node_plugins = AgentService(nodes, moto, settings), NodePlugins(moto, nodes, executor)
    agents = Agents(executor, moto, scheduler, Publisher(moto), settings, node_plugins)
    stack.callback(agents.close)
    stack.callback(scheduler.close)
    stack.callback(service.close)
    archive = Archive(root / "commands.sqlite")
    stack.callback(archive.close)
    engine = Engine(nodes, agents, service, scheduler, notifier, settings, Commands(archive))
    api = RunCommandApi(moto, nodes, engine, settings)
    corrections.apply(run_command=api.run_for_rule)
    control = Control(Controlled(moto, nodes, engine, faults, settings, keys, api.activations, options.region))
    control.configure(options.config)
    principals = MotoPrincipals(moto)
    return Front(
        Parts(
            moto=moto,
            application=MotoApplication(moto),
            principals=principals,
            nodes=nodes,
            engine=engine,
            api=api,
            control=control,
            faults=faults,
            enforcer=Enforcer(principals) if options.enforce_iam else None,
            admission=admission,
            agents=service,
            keys=keys,
        )
    )
