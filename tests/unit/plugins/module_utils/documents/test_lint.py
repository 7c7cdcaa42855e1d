# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What makes a document a hole in a policy, and what AWS's documentation does not know."""

from __future__ import annotations

import copy
import time
import typing as t

import pytest
import yaml
from ansible_collections.ssmops.run_command.plugins.module_utils.access.lint import SCRIPT_DOCUMENTS
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import content, lint, lint_bounds, validation
from ansible_collections.ssmops.run_command.plugins.modules import command_document
from local_aws.run_command.documents import AWS_OWNED

Json = dict[str, t.Any]
TEXT: t.Final = {"type": "String"}
ENVIRONMENT: t.Final = {"type": "String", "interpolationType": "ENV_VAR"}
BOUNDED: t.Final = {"type": "String", "allowedPattern": "^[a-z-]{1,40}$"}
MSI: t.Final = {"type": "String", "allowedPattern": "^https://.*\\.msi$"}
SLASHES: t.Final = {"type": "String", "allowedPattern": "^[a-z/]+$"}
ANY_ACCOUNT: t.Final = {"type": "String", "allowedPattern": "^arn:aws:ssm:[a-z0-9-]+:[0-9]{12}:document/[A-Z][a-z]+$"}
SPACED: t.Final = {"type": "String", "allowedPattern": "^[A-Za-z0-9_./ -]+$"}
LISTED: t.Final = {"type": "String", "allowedValues": ["start", "stop"]}
UNKNOWN: t.Final = {code for code in lint.CODES if code.startswith("unknown-")}
SCRIPT_DOCUMENTS_HERE: t.Final = AWS_OWNED.keys() & set(SCRIPT_DOCUMENTS)
ODD_VALUES: t.Final[tuple[t.Any, ...]] = (None, 1, True, "x", [], {}, ["x"], {"y": 1}, [[{}]])


def document(action: str, inputs: Json, **parameters: Json) -> Json:
    """A document with one step."""
    step = {"action": action, "name": "one", "inputs": inputs}
    return {"schemaVersion": "2.2", "parameters": parameters, "mainSteps": [step]}


def script(*commands: str, action: str = "aws:runShellScript", schema: str = "2.2", **parameters: Json) -> Json:
    """A document that runs commands."""
    return document(action, {"runCommand": list(commands)}, **parameters) | {"schemaVersion": schema}


def step(**members: t.Any) -> Json:
    """A document whose step has further members."""
    data = script("id", x=TEXT)
    data["mainSteps"][0].update(members)
    return data


def download(source: t.Any, **parameters: Json) -> Json:
    """A document that downloads from the Simple Storage Service."""
    return document("aws:downloadContent", {"sourceType": "S3", "sourceInfo": source}, **parameters)


def nested(path: str, **parameters: Json) -> Json:
    """A document that runs another."""
    return document("aws:runDocument", {"documentType": "SSMDocument", "documentPath": path}, **parameters)


def package(name: str, **parameters: Json) -> Json:
    """A document that installs a package."""
    return document("aws:configurePackage", {"action": "Install", "name": name}, **parameters)


def plugin(properties: t.Any, **parameters: Json) -> Json:
    """A document of schema 1.2."""
    config = {"aws:runShellScript": {"properties": properties}}
    return {"schemaVersion": "1.2", "parameters": parameters, "runtimeConfig": config}


def codes(data: Json) -> set[str]:
    """The codes of what is found."""
    return {finding.code for finding in lint.findings(data)}


CLEAN: t.Final = (
    script("id"),
    script('systemctl restart -- "$SSM_x"', x=ENVIRONMENT),
    script('grep -F -- "$SSM_x" /var/log/messages || echo "no $SSM_x"', x=ENVIRONMENT),
    script("Restart-Service -Name $env:SSM_x", action="aws:runPowerShellScript", x=ENVIRONMENT),
    script("systemctl restart {{ x }}", x=BOUNDED),
    script("systemctl {{ x }} web", x=LISTED),
    script("{{ x }}", x=LISTED),
    script("ls -- '{{ x }}' \"$(stat '{{ x }}')\"", x=SPACED),
    script('bash "/opt/deploy-$SSM_x.sh"', x=ENVIRONMENT | BOUNDED),
    script("eval $SSM_x", x=ENVIRONMENT | LISTED),
    script("printf '%s\\n' \\\n  \"$SSM_x\"", x=ENVIRONMENT),
    script("cat >motd <<END", "$SSM_x", "END", "date", x=ENVIRONMENT),
    script('words=("$SSM_x"); [ "$SSM_x" = y ] || exit 1', 'case "$SSM_x" in y) ;; esac', x=ENVIRONMENT),
    script("awk -v limit=\"$SSM_x\" '$1 > limit' log", 'test -n "$SSM_x" && su - web -c id', x=ENVIRONMENT),
    script("if ($env:SSM_x -eq 'y') { exit 0 }", "$env:SSM_x | Set-Content a.txt", x=ENVIRONMENT),
    script("echo {{ssm:/greeting}} {{ other }}", x=TEXT),
    script("id", x=TEXT),
    document("aws:runShellScript", {"runCommand": "id", "workingDirectory": "{{ x }}"}, x=TEXT),
    document("aws:runShellScript", {"runCommand": "id", "timeoutSeconds": "{{ x }}", "finallyStep": True}, x=TEXT),
    download({"path": "https://bucket.example/scripts/{{ x }}"}, x=BOUNDED),
    download('{"path": "{{ x }}"}', x=LISTED),
    download({"path": "https://s3.amazonaws.com/b/rel-{{ x }}.tgz"}, x={"type": "Integer"}),
    download({"path": "https://b.s3.us-east-1.amazonaws.com/{{ x }}"}, x=BOUNDED),
    document("aws:runShellScript", {"runCommand": "./a", "workingDirectory": "/srv/{{ x }}"}, x=BOUNDED),
    document("aws:runShellScript", {"runCommand": "echo $A", "environment": {"A": "{{ x }}"}}, x=TEXT),
    nested("Ops-{{ x }}", x=TEXT | {"allowedPattern": "^[A-Za-z]+$"}),
    nested("Ops-{{ x }}", x={"type": "String", "allowedValues": ["Patch", "Restart"]}),
    nested("{{ x }}", x={"type": "String", "allowedPattern": "^Ops-[A-Za-z]+$"}),
    package("{{ x }}", x={"type": "String", "allowedValues": ["AmazonCloudWatchAgent"]}),
    package("{{ x }}", x={"type": "String", "allowedPattern": "^Amazon[A-Za-z]+$"}),
    step(precondition={"StringEquals": ["platformType", "linux"]}, onFailure="exit", timeoutSeconds=60),
    step(precondition={"StringEquals": ["{{ x }}", "yes"]}),
    plugin([{"id": "0", "runCommand": ["systemctl {{ x }} web"]}], x=LISTED),
)


@pytest.mark.parametrize("data", CLEAN)
def test_a_document_without_holes_has_no_finding(data: Json) -> None:
    assert lint.findings(data) == []


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        (script("echo {{ x }}", x=TEXT), "shell-parameter", "mainSteps[0].inputs.runCommand[0]"),
        (script("id", 'echo "{{x}}"', x=TEXT), "shell-parameter", "mainSteps[0].inputs.runCommand[1]"),
        (script("echo '{{ x }}'", x={"type": "StringList"}), "shell-parameter", "mainSteps[0].inputs.runCommand[0]"),
        (script("echo {{ x }}", x=ENVIRONMENT, schema="2.0"), "shell-parameter", "mainSteps[0].inputs.runCommand[0]"),
        (script("ls {{ x }}", x=TEXT, action="aws:runPowerShellScript"), "shell-parameter", "mainSteps[0].inputs."),
        (document("aws:runShellScript", {"runCommand": "ls {{ x }}"}, x=TEXT), "shell-parameter", "inputs.runCommand"),
        (document("aws:psModule", {"runCommand": ["ls {{ x }}"]}, x=TEXT), "shell-parameter", "inputs.runCommand[0]"),
        (
            plugin({"runCommand": ["ls {{ x }}"]}, x=TEXT),
            "shell-parameter",
            "runtimeConfig.aws:runShellScript.properties.",
        ),
        (script("{{ x }}", x={"type": "StringList"}), "script-parameter", "mainSteps[0].inputs.runCommand[0]"),
        (plugin([{"runCommand": "{{ x }}"}], x={"type": "StringList"}), "script-parameter", "properties[0].runCommand"),
        (script("{{ x }}", x=BOUNDED), "script-parameter", "mainSteps[0].inputs.runCommand[0]"),
        (script("cd /srv && {{ x }} --all", x=BOUNDED), "script-parameter", "mainSteps[0].inputs.runCommand[0]"),
        (script("$SSM_x", x=ENVIRONMENT | BOUNDED), "environment-evaluated", "mainSteps[0].inputs.runCommand"),
        (plugin("{{ x }}", x=TEXT), "script-parameter", "runtimeConfig.aws:runShellScript.properties"),
        (script("NAME={{ x }}", x=SPACED), "open-pattern", "mainSteps[0].inputs.runCommand[0]"),
        (script("ls {{ x }}", x=TEXT | {"allowedPattern": "[a-z]+"}), "open-pattern", "runCommand[0]"),
        (script("ls {{ x }}", x=TEXT | {"allowedPattern": "^.*$"}), "open-pattern", "runCommand[0]"),
        (script("echo {{ x }}", x=ENVIRONMENT), "environment-in-braces", "runCommand[0]"),
        (script('eval "run $SSM_x"', x=ENVIRONMENT), "environment-evaluated", "mainSteps[0].inputs.runCommand"),
        (script('eval "{{ x }}"', x=ENVIRONMENT), "environment-evaluated", "mainSteps[0].inputs.runCommand"),
        (script("cd /opt\n$SSM_x --all", x=ENVIRONMENT), "environment-evaluated", "mainSteps[0].inputs.runCommand"),
        (script('sudo "${SSM_x}"', x=ENVIRONMENT), "environment-evaluated", "mainSteps[0].inputs.runCommand"),
        (script("true && $SSM_x", x=ENVIRONMENT), "environment-evaluated", "mainSteps[0].inputs.runCommand"),
        (script('bash -l -c "$SSM_x"', x=ENVIRONMENT), "environment-evaluated", "mainSteps[0].inputs.runCommand"),
        (
            script("Invoke-Expression $env:SSM_x", x=ENVIRONMENT),
            "environment-evaluated",
            "mainSteps[0].inputs.runCommand",
        ),
        (script("& $env:SSM_x", x=ENVIRONMENT), "environment-evaluated", "mainSteps[0].inputs.runCommand"),
        (script("cd /srv", "$SSM_x now", x=ENVIRONMENT), "environment-evaluated", "mainSteps[0].inputs.runCommand"),
        (script('su web -c "$SSM_x"', x=ENVIRONMENT), "environment-evaluated", "mainSteps[0].inputs.runCommand"),
        (script('. "$SSM_x"', x=ENVIRONMENT), "environment-evaluated", "mainSteps[0].inputs.runCommand"),
        (script('awk "/$SSM_x/" log', x=ENVIRONMENT), "environment-evaluated", "mainSteps[0].inputs.runCommand"),
        (script("sh <<END\n$SSM_x\nEND", x=ENVIRONMENT), "environment-evaluated", "mainSteps[0].inputs.runCommand"),
        (script("$a = & $env:SSM_x", x=ENVIRONMENT), "environment-evaluated", "mainSteps[0].inputs.runCommand"),
        (script("export T={{ssm-secure:token}}"), "secret-in-script", "runCommand[0]"),
        (download("{{ x }}", x={"type": "StringMap"}), "download-parameter", "inputs.sourceInfo"),
        (download({"path": "https://{{ x }}/a"}, x=TEXT), "download-parameter", "inputs.sourceInfo.path"),
        (download({"path": "{{ x }}"}, x=BOUNDED), "download-parameter", "inputs.sourceInfo.path"),
        (download({"path": "s3/a/{{ x }}"}, x=TEXT | {"allowedPattern": "^[a-z/]+$"}), "download-parameter", ".path"),
        (document("aws:downloadContent", {"sourceType": "{{ x }}"}, x=TEXT), "download-parameter", "inputs.sourceType"),
        (nested("{{ x }}", x=TEXT), "document-parameter", "inputs.documentPath"),
        (nested("{{ x }}", x=TEXT | {"allowedPattern": "^[A-Za-z-]+$"}), "document-parameter", "inputs.documentPath"),
        (nested("{{ x }}", x=TEXT | {"allowedValues": ["AWS-RunShellScript"]}), "document-parameter", "documentPath"),
        (document("aws:runDocument", {"documentType": "{{ x }}"}, x=TEXT), "document-parameter", "documentType"),
        (
            document("aws:runDocument", {"documentParameters": {"commands": "{{ x }}"}}, x=TEXT),
            "document-parameter",
            "mainSteps[0].inputs.documentParameters.commands",
        ),
        (package("{{ x }}", x=TEXT), "software-parameter", "inputs.name"),
        (document("aws:applications", {"source": "{{ x }}"}, x=MSI), "software-parameter", "inputs.source"),
        (
            document("aws:configurePackage", {"additionalArguments": "{{ x }}"}, x=TEXT),
            "software-parameter",
            "Arguments",
        ),
        (document("aws:runDockerAction", {"image": "a", "env": "{{ x }}"}, x=TEXT), "software-parameter", "inputs.env"),
        (document("aws:runDockerAction", {"volume": ["/{{ x }}:/a"]}, x=SLASHES), "software-parameter", "volume[0]"),
        (download({"url": "https://{{ x }}/a.sh"}, x=BOUNDED), "download-parameter", "sourceInfo.url"),
        (download({"path": "https://s3.amazonaws.com/{{ x }}/a"}, x=BOUNDED), "download-parameter", "sourceInfo.path"),
        (download({"repository": "https://github.com/{{ x }}/a"}, x=BOUNDED), "download-parameter", ".repository"),
        (nested("{{ x }}", x=ANY_ACCOUNT), "document-parameter", "inputs.documentPath"),
        (
            nested("arn:aws:ssm:us-east-1:{{ x }}:document/A", x=TEXT | {"allowedPattern": "^[0-9]{12}$"}),
            "document-parameter",
            "inputs.documentPath",
        ),
        (nested("AWS-{{ x }}", x=TEXT | {"allowedPattern": "^[A-Za-z]+$"}), "document-parameter", "documentPath"),
        (
            document(
                "aws:runDocument",
                {"documentPath": "AWS-RunShellScript", "documentParameters": {"commands": "{{ x }}"}},
                x=BOUNDED,
            ),
            "document-parameter",
            "documentParameters.commands",
        ),
        (
            document("aws:runDocument", {"documentType": "LocalPath", "documentPath": "{{ x }}"}, x=BOUNDED),
            "document-parameter",
            "documentPath",
        ),
        (
            document("aws:runShellScript", {"runCommand": "./a", "environment": {"LD_PRELOAD": "{{ x }}"}}, x=BOUNDED),
            "script-parameter",
            "environment.LD_PRELOAD",
        ),
        (
            document("aws:runShellScript", {"runCommand": '"$JOB"', "environment": {"JOB": "{{ x }}"}}, x=TEXT),
            "environment-evaluated",
            "environment.JOB",
        ),
        (
            document("aws:runShellScript", {"runCommand": "./deploy.sh", "workingDirectory": "{{ x }}"}, x=TEXT),
            "script-parameter",
            "inputs.workingDirectory",
        ),
        (package("{{ x }}", x=BOUNDED), "software-parameter", "inputs.name"),
        (document("aws:applications", {"source": "{{ x }}"}, x=TEXT), "software-parameter", "inputs.source"),
        (document("aws:runDockerAction", {"image": "{{ x }}"}, x=TEXT), "software-parameter", "inputs.image"),
        (document("aws:runshellscript", {}), "unknown-action", "mainSteps[0].action"),
        (
            step(inputs={"runCommand": "id", "interpolationType": "ENV_VAR"}),
            "unknown-input",
            "inputs.interpolationType",
        ),
        (
            step() | {"mainSteps": [*step()["mainSteps"], {**step()["mainSteps"][0], "name": "second"}]},
            "short-name",
            "mainSteps[0].name",
        ),
        (
            step(inputs={"runCommand": "id", "finallyStep": True})
            | {"mainSteps": step(inputs={"runCommand": "id", "finallyStep": True})["mainSteps"] * 2},
            "unknown-value",
            "mainSteps[0].inputs.finallyStep",
        ),
        (step(isEnd=True), "unknown-member", "mainSteps[0].isEnd"),
        (script("id", x=TEXT | {"required": True}), "unknown-member", "parameters.x.required"),
        (step(inputs={"runCommand": "id", "onFailure": "Abort"}), "unknown-value", "inputs.onFailure"),
        (step(inputs={"runCommand": "id", "finallyStep": "yes"}), "unknown-value", "inputs.finallyStep"),
        (step(inputs={"runCommand": "id", "timeoutSeconds": 3}), "unknown-value", "inputs.timeoutSeconds"),
        (step(inputs={"runCommand": "id", "timeoutSeconds": "1h"}), "unknown-value", "inputs.timeoutSeconds"),
        (document("aws:configureDocker", {"action": "install"}), "unknown-value", "inputs.action"),
        (script("id", x=TEXT | {"displayType": "password"}), "unknown-value", "parameters.x.displayType"),
        (script("id", x=TEXT | {"interpolationType": "env_var"}), "unknown-value", "parameters.x.interpolationType"),
        (script("id", x=ENVIRONMENT | {"type": "StringList"}), "unknown-value", "parameters.x.interpolationType"),
        (script("id", x=ENVIRONMENT, schema="2.0"), "unknown-value", "parameters.x.interpolationType"),
        (step(precondition={"StringNotEquals": ["platformType", "Linux"]}), "unmet-precondition", "precondition."),
        (step(precondition={"StringEquals": ["platformType"]}), "unmet-precondition", "precondition.StringEquals"),
        (step(precondition={"StringEquals": ["platformType", "Ubuntu"]}), "unmet-precondition", "StringEquals"),
        (step(precondition={"StringEquals": ["{{ x }}", "platformType"]}), "unmet-precondition", "StringEquals"),
        (step(precondition={"StringEquals": ["a", "b"]}), "unmet-precondition", "precondition.StringEquals"),
        (
            step(precondition={"StringEquals": ["platformType", "Linux"]}) | {"schemaVersion": "2.0"},
            "unmet-precondition",
            "mainSteps[0].precondition.StringEquals",
        ),
    ],
)
def test_a_hole_is_told_with_its_path(data: Json, code: str, path: str) -> None:
    found = [finding for finding in lint.findings(data) if finding.code == code]
    assert any(path in finding.path for finding in found), lint.findings(data)
    assert lint.findings(data, skip=[code]) == [finding for finding in lint.findings(data) if finding.code != code]


SHELL_HOLES: t.Final = (
    'echo "$SSM_x" | sh',
    'curl "$SSM_x" | bash',
    'bash "$SSM_x"',
    'python3 "$SSM_x"',
    "sudo -u app $SSM_x",
    'c=$SSM_x; eval "$c"',
    'true; . "$SSM_x"',
    "if $SSM_x; then echo; fi",
    "{ $SSM_x; }",
    'bash -o pipefail -c "$SSM_x"',
    "env A=1 $SSM_x",
    "docker exec c $SSM_x",
    'curl -fsSL "$SSM_x" | sudo bash',
    "c=$SSM_x; $c",
    "FOO=1 $SSM_x",
    "nice -n 5 $SSM_x",
    "runuser -u a -- $SSM_x",
    "find . -exec $SSM_x {} +",
    'bash <<< "$SSM_x"',
    "python3 -c \"import os; os.system('$SSM_x')\"",
    "crontab - <<E\n* * * * * $SSM_x\nE",
    "bash -s <<E\n$SSM_x\nE",
    "timeout -k 5 10 $SSM_x",
    'sh -c "${SSM_x}"',
    'bash -c "$(printf %s "$SSM_x")"',
    'node -e "$SSM_x"',
    'sudo sh -c "cd /x; $SSM_x"',
    "printenv SSM_x | sh",
    "bash -c 'eval $SSM_x'",
    "sh <<'E'\n$SSM_x\nE",
    "for c in $SSM_x; do $c; done",
    'bash <(curl "$SSM_x")',
    '{ echo id; echo "$SSM_x"; } | sh',
    'trap "$SSM_x" EXIT',
    'export c="$SSM_x"\nbash -euo pipefail "$c"',
    'echo "$($SSM_x)"',
    "xargs -n 1 $SSM_x",
    'ssh host "$SSM_x"',
    'sh < "$SSM_x"',
)
POWERSHELL_HOLES: t.Final = (
    "$env:SSM_x | iex",
    "cmd /c $env:SSM_x",
    "powershell -Command $env:SSM_x",
    "[ScriptBlock]::Create($Env:SSM_x)",
    "$c = $env:SSM_x; iex $c",
    'iex ([Environment]::GetEnvironmentVariable("SSM_x"))',
    'iex "$($env:SSM_x)"',
    '& "$env:SSM_x"',
    "iex (irm $env:SSM_x)",
)
HARMLESS: t.Final = (
    'echo "done ($SSM_x)"',
    'echo "restarted; $SSM_x"',
    'echo "deploy to env $SSM_x"',
    '# eval "$SSM_x"\necho',
    'case a in\n  "$SSM_x") echo;;\nesac',
    'a=(\n"$SSM_x"\n)',
    'systemctl restart ssh "$SSM_x"',
    'cat /etc/ssh/authorized_keys/deploy "$SSM_x"',
    'sed -i "s/a/b/" "$SSM_x"',
    'ssh -- "$SSM_x" uptime',
    'for i in \\\n "$SSM_x"; do echo; done',
    'printf "a\n$SSM_x"',
    'echo "sh -c $SSM_x"',
    'awk -F: "/^root/" /etc/passwd; echo "$SSM_x"',
    'grep -- "$SSM_x" ~/.ssh/config',
    'sudo systemctl restart "$SSM_x"',
    'bash tool.sh "$SSM_x"',
    'bash -c \'echo "$1"\' _ "$SSM_x"',
    'systemctl status ssh; echo "$SSM_x"',
    'curl https://example.com/a | bash -s -- "$SSM_x"',
    'echo $((1 << 2)); test "$SSM_x"',
    'python3 tool.py --name "$SSM_x"',
)


@pytest.mark.parametrize("line", SHELL_HOLES)
def test_a_shell_that_runs_a_variable_is_told(line: str) -> None:
    assert codes(script(line, x=ENVIRONMENT)) == {"environment-evaluated"}


@pytest.mark.parametrize("line", POWERSHELL_HOLES)
def test_a_powershell_that_runs_a_variable_is_told(line: str) -> None:
    assert codes(script(line, action="aws:runPowerShellScript", x=ENVIRONMENT)) == {"environment-evaluated"}


@pytest.mark.parametrize("line", HARMLESS)
def test_a_variable_that_is_text_is_not_told(line: str) -> None:
    assert codes(script(line, x=ENVIRONMENT)) == set()


LONG: t.Final = (
    *(
        "$(" * 9000,
        "`" * 9001,
        '"$(' * 6000,
        "( " * 9000,
        "iex " * 9000,
        "x <<E\n" * 4000,
        "sudo " * 9000,
        "sh |" * 9000,
    ),
    *("find -exec " * 4000, "docker exec c " * 3000, "echo '" + "a; " * 9000 + "' " + "| sh " * 5000),
    *("$( x | " * 19 + ") | y | y | y" * 19, "x=$SSM_x;" * 4000, "$env:SSM_x " * 4000),
)


@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:12])
def test_a_long_script_is_read_in_a_bounded_time(text: str) -> None:
    started = time.monotonic()
    assert isinstance(lint.findings(script(text, "echo $SSM_x", x=ENVIRONMENT)), list)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^[a-z]+$", ""),
        ("^[A-Za-z0-9_.@-]{1,64}$", ""),
        ("\\A\\d{1,5}\\z", "unread"),
        ("\\A\\d{1,5}$", ""),
        ("^(web|api|worker-[0-9]+)$", ""),
        ("(^$)|^([0-9a-f]{8}(-[0-9a-f]{4}){3})$", ""),
        ("^https://example\\.com/[\\w./-]*$", ""),
        ("^$|^[\\w ]+$", "spaces"),
        ("^[\\w-]+$", ""),
        ("^[a-zA-Z0-9_\\.-@]+$", "metacharacters"),
        ("^[\\w\\.-@]+$", "metacharacters"),
        ("^[%-\\/]+$", "metacharacters"),
        ("^[a-\u00ff]+$", "metacharacters"),
        ("^(a)\\1$", "unread"),
        ("^(a$|b)", "unanchored"),
        ("^\\bweb$", ""),
        ("^(?:yes|no)$", ""),
        ("^a|b$", "unanchored"),
        ("[a-z]+", "unanchored"),
        ("^[a-z]+", "unanchored"),
        ("^costs\\$", "unanchored"),
        ("(^a$)|b", "unanchored"),
        ("^(a)|(b)$", "unanchored"),
        ("^.+$", "metacharacters"),
        ("^[^;]+$", "metacharacters"),
        ("^\\S+$", "metacharacters"),
        ("^[\\s\\w]+$", "metacharacters"),
        ("^[ -~]+$", "metacharacters"),
        ("^a;b$", "metacharacters"),
        ("^\\$HOME$", "metacharacters"),
        ("^[a-z'\"]+$", "metacharacters"),
        ("^\\u0041$", ""),
        ("^\\x3b$", "metacharacters"),
        ("^(?=x)[a-z]+$", "unread"),
        ("^\\p{Lower}+$", "unread"),
        ("^[a-z", "unread"),
        ("", "none"),
    ],
)
def test_a_pattern_bounds_a_parameter_if_it_is_whole_and_has_no_metacharacters(pattern: str, expected: str) -> None:
    assert lint_bounds.openness({"type": "String", "allowedPattern": pattern}) == expected


@pytest.mark.parametrize("pattern", ["^(\\w+[:/-]?)+#$", "^([A-Za-z0-9]+-?)+\\.$", "^(a+)+#$", "^((a?){50}){50}#$"])
def test_a_pattern_that_backtracks_ends(pattern: str) -> None:
    slow = TEXT | {"allowedPattern": pattern, "default": "a" * 60}
    started = time.monotonic()
    assert "software-parameter" not in codes(package("Ops-{{ x }}", x=slow))
    assert codes(nested("{{ x }}", x=slow)) <= {"document-parameter"}
    assert [fault.path for fault in validation.faults(content.read(package("a", x=slow)))] == ["parameters.x.default"]
    assert time.monotonic() - started < 5


def test_quotes_of_a_finding_are_sentences_with_their_code() -> None:
    (finding,) = lint.findings(script('echo "{{ x }}"', x=TEXT))
    assert str(finding) == (
        "mainSteps[0].inputs.runCommand[0]: the value of x becomes script, and quotes do not contain it: "
        "use interpolationType ENV_VAR and $SSM_x in quotes, or bound it. [shell-parameter]"
    )


@pytest.mark.parametrize(
    ("kind", "schema", "remedy"),
    [
        ("String", "2.0", "use interpolationType ENV_VAR with schemaVersion '2.2' and $SSM_x in quotes, or bound it."),
        ("StringList", "2.2", "make it a String with interpolationType ENV_VAR and $SSM_x in quotes, or bound it."),
        ("StringMap", "2.2", "make it a String with interpolationType ENV_VAR and $SSM_x in quotes."),
    ],
)
def test_what_a_finding_advises_has_no_finding_itself(kind: str, schema: str, remedy: str) -> None:
    (finding,) = lint.findings(script("echo {{ x }}", x={"type": kind}, schema=schema))
    assert finding.message.endswith(f": {remedy}")
    assert lint.findings(script('echo "$SSM_x"', x=ENVIRONMENT)) == []


def test_what_aws_owns_has_the_holes_that_the_lint_of_policies_names() -> None:
    holes = {name for name, owned in AWS_OWNED.items() if codes(owned.content) - UNKNOWN}
    assert holes >= SCRIPT_DOCUMENTS_HERE
    assert codes(AWS_OWNED["AWS-RunPatchBaseline"].content) <= UNKNOWN


def test_the_module_documents_every_code() -> None:
    options, returned = (
        yaml.safe_load(command_document.DOCUMENTATION)["options"],
        yaml.safe_load(command_document.RETURN),
    )
    assert options["lint_skip"]["choices"] == list(lint.CODES)
    told = [line.replace("V(", "", 1) for line in returned["lint"]["description"] if line.startswith("V(")]
    assert told == [f"{code}) - {meaning}" for code, meaning in lint.CODES.items()]


def test_any_content_is_borne() -> None:
    whole = script("id {{ x }}", x=TEXT | {"allowedPattern": "^a$", "default": "a"})
    whole["mainSteps"][0]["precondition"] = {"StringEquals": ["platformType", "Linux"]}
    for data in [*CLEAN, whole]:
        for path in paths(data, ()):
            for other in ODD_VALUES:
                changed = replaced(data, path, other)
                assert isinstance(lint.findings(changed), list)
                assert isinstance(validation.faults(content.read(changed)), list)


def paths(value: t.Any, path: tuple[t.Any, ...]) -> t.Iterator[tuple[t.Any, ...]]:
    """The paths of all parts of a value but the whole."""
    if path:
        yield path
    for key, item in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        yield from paths(item, (*path, key))


def replaced(data: Json, path: tuple[t.Any, ...], other: t.Any) -> Json:
    """A copy of a document with another value at a path."""
    changed = copy.deepcopy(data)
    part: t.Any = changed
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = other
    return changed
