# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An ansible-playbook that has imported ansible-core, boto3 and the collection's plugins already.

ansible-core compiles a collection's plugins in every worker that uses one, and packs a module anew in every run of a
playbook. A server imports them once and forks for each run; the runs share the packed modules.

    python -m tests.support.warm_ansible SOCKET    ends when its standard input is closed
"""

from __future__ import annotations

import ast
import atexit
import contextlib
import importlib
import os
import pathlib
import random
import shutil
import sys
import tempfile
import typing as t
import warnings

from tests.support import warm_python, warm_server

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# ansible-core reads its settings when it is imported.
PREFIX = "ANSIBLE_"
COLLECTION = "ansible_collections.ssmops.run_command"
PLUGINS = pathlib.Path(__file__).parents[2] / "plugins"
KINDS = ("action", "filter")
PROGRAMS = ("ansible-playbook", "ansible-inventory")
_POLL_SECONDS = 0.005
_TEMPLATE = "{{ {} | ssmops.run_command.survey_answers({}) | to_json is search('answers') }}"
# Another setting, or a file of settings, is for the program itself.
_PROGRAM = """\
settings = {{name: value for name, value in os.environ.items() if name.startswith({prefix!r})}}
if settings == {settings!r} and not os.path.exists("ansible.cfg"):
    sys.exit(client.run({path!r}, sys.argv))
os.execv({program!r}, [{program!r}, *sys.argv[1:]])
"""


def _import_all() -> None:
    from ansible import constants
    from ansible.parsing.dataloader import DataLoader
    from ansible.plugins.loader import init_plugin_loader
    from ansible.template import Templar, trust_as_template

    for program in PROGRAMS:
        importlib.import_module(f"ansible.cli.{program.removeprefix('ansible-')}")
    init_plugin_loader()
    # Each run does so again.
    warnings.filterwarnings("ignore", message="AnsibleCollectionFinder has already been configured")
    # A run looks for results of its workers a thousand times a second.
    t.cast("t.Any", constants).DEFAULT_INTERNAL_POLL_INTERVAL = _POLL_SECONDS
    for kind in KINDS:
        for file in sorted((PLUGINS / kind).glob("*.py")):
            importlib.import_module(f"{COLLECTION}.plugins.{kind}.{file.stem}")
    # A template is read with what a worker would load for its first one: the parser, all filters and all tests.
    Templar(DataLoader()).template(trust_as_template(_TEMPLATE))


def _parse_once() -> None:
    """Parses the sources that modules come with once: ansible-core does so for each module that it packs."""
    from ansible.executor import module_common

    parse = module_common._compile_module_ast
    parsed: dict[str | bytes, ast.Module] = {}
    for folder in _utilities():
        for file in sorted(folder.rglob("*.py")):
            parsed[file.read_bytes()] = parse(file.stem, file.read_bytes())
            _keep_imports(parsed[file.read_bytes()])

    def known(name: str, source: str | bytes) -> ast.Module:
        return parsed.get(source) or parse(name, source)

    t.cast("t.Any", module_common)._compile_module_ast = known


def _keep_imports(node: ast.AST) -> None:
    """Removes what has no import, which is all that is looked for: a large process takes longer to fork."""
    for _name, value in ast.iter_fields(node):
        if isinstance(value, list) and not isinstance(node, ast.Import | ast.ImportFrom):
            value[:] = [part for part in value if isinstance(part, ast.AST) and _has_import(part)]
            for part in value:
                _keep_imports(part)


def _has_import(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Import | ast.ImportFrom) for part in ast.walk(node))


def _utilities() -> list[pathlib.Path]:
    """The directories of what modules import."""
    import ansible.module_utils
    import ansible_collections.amazon.aws.plugins.module_utils as utilities

    return [
        PLUGINS / "module_utils",
        *[pathlib.Path(path) for package in (ansible.module_utils, utilities) for path in package.__path__],
    ]


def _run() -> int:
    """A run of the program that sys.argv names, with temporary files of its own."""
    import ansible.constants

    constants = t.cast("t.Any", ansible.constants)
    random.seed()
    shared = pathlib.Path(constants.DEFAULT_LOCAL_TMP)
    own = pathlib.Path(tempfile.mkdtemp(prefix=f"ansible-local-{os.getpid()}", dir=shared.parent))
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    own.joinpath("ansiballz_cache").symlink_to(shared)
    constants.DEFAULT_LOCAL_TMP = str(own)
    program = pathlib.Path(sys.argv[0])
    sys.path[0] = str(program.parent)
    return int(importlib.import_module(f"ansible.cli.{program.name.removeprefix('ansible-')}").main() or 0)


@contextlib.contextmanager
def serving(settings: Mapping[str, str]) -> Iterator[pathlib.Path]:
    """A server for the length of a block; gives the directory of the programs.

    Elsewhere than on Linux that is where those of this Python are.

    :param settings: variables of the environment: all of ansible-core's settings. Runs with others are not served.
    :raises RuntimeError: it did not start.
    """
    programs = pathlib.Path(sys.executable).parent
    with contextlib.ExitStack() as stack:
        yield _enter(stack, settings, programs) if warm_server.can_serve() else programs


def _enter(stack: contextlib.ExitStack, settings: Mapping[str, str], programs: pathlib.Path) -> pathlib.Path:
    folder = stack.enter_context(warm_server.folder())
    path = folder / "ansible.sock"
    known = {name: value for name, value in settings.items() if name.startswith(PREFIX)}
    for name in PROGRAMS:
        text = _PROGRAM.format(prefix=PREFIX, settings=known, path=str(path), program=str(programs / name))
        warm_server.write_program(folder / name, text)
    stack.enter_context(warm_server.serving(path, "tests.support.warm_ansible", environment=settings))
    return folder


def main(path: str) -> None:
    """Imports, and serves."""
    _import_all()
    _parse_once()
    warm_python.read_models(list(warm_python.SERVICES))
    warm_server.serve(path, _run)


if __name__ == "__main__":
    main(*sys.argv[1:])
