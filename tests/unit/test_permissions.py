# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What meta/permissions.yml says is so: every module runs with these rights, and not without one that it requires."""

from __future__ import annotations

import ast
import dataclasses
import itertools
import json
import pathlib
import re
import typing as t

import pytest
import yaml
from ansible_collections.ssmops.run_command.plugins.filter.permissions import known_permissions
from ansible_collections.ssmops.run_command.plugins.module_utils.access.permissions import (
    build_document,
    parse_requests,
)
from local_aws.iam import reference

from scripts.permissions import module_files, rendered
from tests.support import warm_sandbox
from tests.support.rights_cases import CASES, HYBRID, LOSSES, Case
from tests.support.rights_trial import REFUSED, Trial, filled, without

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.ssmops.run_command.plugins.module_utils.access.permissions import Right

    from tests.support.rights_trial import Json, Run

PERMISSIONS: t.Final = known_permissions()
PLACE: t.Final = {"partition": "aws", "region": "us-east-1", "account": "123456789012"}
MODULES: t.Final = sorted({case.module for case in CASES})
ROOT: t.Final = pathlib.Path(__file__).resolve().parents[2]
READING: t.Final = re.compile(r"\w+:(Get|List|Describe|Simulate|Filter)\w+")
_NAMED: t.Final = re.compile(r"\{\w+\}")
# It is asked on the log groups, as its refusals say; the reference has no resources for it.
ANY_LOG_GROUP: t.Final = (reference.ResourceType("logs", "log-group", "arn:${P}:logs:${R}:${A}:log-group:${Name}"),)
# The sandbox has no roles that AWS manages.
UNTRIED: t.Final = {"register", "deregister"}
NAMES: t.Final = itertools.count(1)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """One enforcing account for all runs."""
    folder = tmp_path_factory.mktemp("trial")
    nodes = [{"instance_id": HYBRID, "tags": {"Role": "hybrid"}}]
    config = folder / "config.json"
    config.write_text(json.dumps({"nodes": nodes, "settings": {"log_upload_interval": 0.2}}))
    options = ["--enforce-iam", "--seed-nodes", "2,Role=web", "--config", str(config)]
    with warm_sandbox.running(folder, *options) as sandbox, pytest.MonkeyPatch.context() as monkeypatch:
        yield Trial(sandbox, monkeypatch)


def policy_of(case: Case, name: str) -> tuple[Json, list[tuple[Right, tuple[str, ...]]]]:
    """The policy of a case for this name, and its rights with their resources."""
    wanted: Json = {"name": case.module, "uses": case.uses, "options": case.options}
    (request,) = parse_requests([{**wanted, "names": filled(case.names, {"n": name})}], PERMISSIONS)
    rights = [(needed.right, needed.arns(PLACE)) for needed in PERMISSIONS.needed(request)]
    return build_document([request], PERMISSIONS, PLACE), rights


def is_lost(case: Case, action: str, whole: Run, partial: Run) -> bool:
    """Whether a run without an optional right, which works, is without what the right gives."""
    assert not partial.result.get("failed") or whole.result.get("failed"), (action, partial.text)
    pattern = LOSSES[case.module, action]
    with_loss, otherwise = (whole, partial) if pattern.startswith("!") else (partial, whole)
    lost = pattern.removeprefix("!")
    return bool(re.search(lost, with_loss.text)) and not re.search(lost, otherwise.text)


def needed_by(trial: Trial, case: Case, seen: set[tuple[str, tuple[str, ...]]]) -> set[tuple[str, tuple[str, ...]]]:
    """The actions that a case needs, with the templates of their resources; it runs with its rights, and no others.

    Those in seen are not tried again.
    """
    name = f"t{next(NAMES)}x"
    whole = trial.tried(case, policy_of(case, name)[0], name)
    called = trial.calls()
    assert bool(whole.result.get("failed")) is bool(case.fails), (case, whole.text)
    assert re.search(case.fails, whole.text), (case, whole.text)
    assert not REFUSED.search(whole.text), (case, whole.text)
    needed: set[tuple[str, tuple[str, ...]]] = set()
    for right, action in [(one, action) for one, _arns in policy_of(case, "x")[1] for action in one.actions]:
        short = action.partition(":")[2]
        is_asked = short in called or short.startswith(("Tag", "Pass"))
        if not is_asked or (action, right.resources) in seen | needed:
            continue
        name = f"t{next(NAMES)}x"
        document, rights = policy_of(case, name)
        arns = next(arns for one, arns in rights if one is right)
        partial = trial.tried(case, without(document, action, arns), name)
        if is_lost(case, action, whole, partial) if right.optional else partial.is_refused:
            needed.add((action, right.resources))
    return needed


@pytest.mark.parametrize("module", MODULES)
def test_a_module_needs_exactly_its_rights(trial: Trial, module: str) -> None:
    needed: set[tuple[str, tuple[str, ...]]] = set()
    for case in CASES:
        if case.module == module:
            needed |= needed_by(trial, case, needed)
    rights = [right for right in PERMISSIONS.by_name[module] if not UNTRIED.intersection(right.uses)]
    listed = {(action, right.resources) for right in rights for action in right.actions}
    assert listed - needed == set()


@pytest.mark.parametrize("module", MODULES)
def test_an_auditor_gets_through_check_mode(trial: Trial, module: str) -> None:
    for case in CASES:
        if case.module != module or case.fails:
            continue
        name = f"t{next(NAMES)}x"
        auditing = dataclasses.replace(case, uses=("check",), options=None)
        run = trial.tried(case, policy_of(auditing, name)[0], name, check=True)
        assert not run.result.get("failed"), (case, run.text)
        assert not REFUSED.search(run.text), (case, run.text)
        assert run.result["changed"] is (case.uses != ("read",))


def test_the_second_step_of_the_readme_can_be_repeated(trial: Trial) -> None:
    """Its policy is that of the uses check and create."""
    name = f"t{next(NAMES)}x"
    case = Case("instance_profile", ("check", "create"), {"name": "{n}"})
    document, _rights = policy_of(case, name)
    assert trial.tried(case, document, name).result["changed"]
    again = trial.run(case.module, {"name": name})
    assert again["changed"] is False


def test_check_mode_only_reads() -> None:
    rights = [right for rights in PERMISSIONS.by_name.values() for right in rights if right.is_for(("check",), None)]
    actions = {action for right in rights for action in right.actions}
    assert actions
    assert [action for action in sorted(actions) if not READING.fullmatch(action)] == []


def test_every_module_role_and_playbook_has_its_rights() -> None:
    files = [*ROOT.glob("plugins/modules/*.py"), *ROOT.glob("roles/*"), *ROOT.glob("playbooks/*.yml")]
    assert sorted(PERMISSIONS.by_name) == sorted(path.stem for path in files if path.stem != "__init__")
    assert {name for name, rights in PERMISSIONS.by_name.items() if rights} >= set(MODULES)


def test_every_module_that_has_rights_is_tried() -> None:
    with_rights = {path.stem for path in ROOT.glob("plugins/modules/*.py") if PERMISSIONS.by_name.get(path.stem)}
    assert with_rights == set(MODULES)


@pytest.mark.parametrize("name", sorted(PERMISSIONS.by_name))
def test_every_action_exists_and_its_resources_fit(name: str) -> None:
    """As the Service Authorization Reference has them; an action that has types of resources names one of them."""
    for right, action in [(one, action) for one in PERMISSIONS.by_name[name] for action in one.actions]:
        known = reference.action(action)
        assert known is not None, action
        types = known.resources or (ANY_LOG_GROUP if action == "logs:DescribeLogGroups" else ())
        assert (right.resources == ("*",)) is not bool(types), action
        filled_in = [_NAMED.sub("x", template) for template in right.resources]
        assert [arn for arn in filled_in if types and not any(kind.covers(arn) for kind in types)] == []


@pytest.mark.parametrize("name", sorted(path.stem for path in ROOT.glob("plugins/modules/*.py")))
def test_rights_are_for_options_that_there_are(name: str) -> None:
    tree = ast.parse((ROOT / "plugins" / "modules" / f"{name}.py").read_text(encoding="utf-8"))
    (text,) = [node.value for node in tree.body if isinstance(node, ast.Assign) and _target(node) == "DOCUMENTATION"]
    documented = yaml.safe_load(ast.literal_eval(text))
    of_fragments = {"tags"} if "amazon.aws.tags" in str(documented["extends_documentation_fragment"]) else set()
    assert set(PERMISSIONS.options_of(name)) <= {*documented["options"], *of_fragments}


@pytest.mark.parametrize(("path", "text"), rendered().items(), ids=lambda value: getattr(value, "stem", ""))
def test_the_documentation_says_what_the_file_says(path: pathlib.Path, text: str) -> None:
    """If not: make permissions."""
    assert path.read_text(encoding="utf-8") == text


def test_every_module_with_rights_has_notes_of_them() -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in module_files()}
    assert [name for name in MODULES if '  - "Required permissions: ' not in texts[name]] == []


def _target(node: ast.Assign) -> str:
    return ast.unparse(node.targets[0])
