# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: command_report
version_added: 1.0.0
short_description: Create an HTML page about commands and their results
author: ssmops.run_command contributors (@ssmops)
extends_documentation_fragment:
  - ssmops.run_command.requirements
description:
  - Creates a searchable and sortable page with the outcomes, a timeline and the output of every node, failures first.
  - The nodes are folded by equal answers, as in RV(ssmops.run_command.send_command#module:groups), and each of the first 20
    groups has its difference to the largest.
  - The page is a single file. It loads nothing, and its Content-Security-Policy lets the browser run only the page's
    own script, whatever the nodes wrote.
options:
  _input:
    description:
      - The result of M(ssmops.run_command.send_command) or M(ssmops.run_command.command_info), or the
        RV(ssmops.run_command.command_info#module:commands) in the latter.
    type: raw
    required: true
  title:
    description: The title of the page. If not set, the title is derived from the commands.
    type: str
    default: ""
  before:
    description:
      - An earlier result of the same command, of any kind that the input may be. The page then has the nodes that now fail
        or now succeed, those that came or went, and those whose answers differ. It says which nodes cannot be compared,
        because they had not ended, or because a result has not the whole output.
    type: raw
  max_output_bytes:
    description:
      - The maximum size of the outputs in the page, in bytes. If they are larger, the page omits the beginnings of the
        largest outputs and says so.
    type: int
    default: 20000000
seealso:
  - module: ssmops.run_command.command_info
  - module: ssmops.run_command.send_command
"""

EXAMPLES = r"""
- name: Send a command
  ssmops.run_command.send_command:
    target_tags:
      Role: web
    commands:
      - systemctl restart nginx
    fail_on: never
  register: restart

- name: Write a page about the command
  ansible.builtin.copy:
    content: "{{ restart | ssmops.run_command.command_report }}"
    dest: /var/www/reports/restart.html
    mode: "0640"

- name: Read the commands of the last day
  ssmops.run_command.command_info:
    invoked_after: 24h
  register: day

- name: Write a page about the failed commands
  ansible.builtin.copy:
    content: >-
      {{ day.commands | selectattr('status', 'eq', 'Failed') | ssmops.run_command.command_report(title='Failed yesterday') }}
    dest: /var/www/reports/failed.html
    mode: "0640"

- name: Send the command again
  ssmops.run_command.send_command:
    target_tags:
      Role: web
    commands:
      - systemctl restart nginx
    fail_on: never
  register: again

- name: Write a page about what has changed
  ansible.builtin.copy:
    content: "{{ again | ssmops.run_command.command_report(before=restart) }}"
    dest: /var/www/reports/restart-again.html
    mode: "0640"

- name: Write a page that is small enough for an email
  ansible.builtin.copy:
    content: "{{ day | ssmops.run_command.command_report(max_output_bytes=500000) }}"
    dest: /tmp/day.html
    mode: "0600"
"""

RETURN = r"""
_value:
  description: The page.
  type: str
  sample: "<!DOCTYPE html>\n<html lang=\"en\">\n..."
"""

import datetime
import pathlib
import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.page import PageSources, render_page
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.page_data import (
    DEFAULT_MAX_OUTPUT_BYTES,
    PageOptions,
    page_data,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.runs import parse_runs
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Callable

SOURCES = pathlib.Path(__file__).parent.parent / "plugin_utils" / "report_page"


def read_sources(folder: pathlib.Path) -> PageSources:
    """The page's HTML, CSS and JavaScript."""
    page, style, script = ((folder / name).read_text(encoding="utf-8") for name in ("page.html", "page.css", "page.js"))
    return PageSources(page, style, script)


def command_report(
    result: object, title: str = "", max_output_bytes: int = DEFAULT_MAX_OUTPUT_BYTES, before: object = None
) -> str:
    """The page for a result. Raises AnsibleFilterError if the result, or the one before, is invalid."""
    if isinstance(max_output_bytes, bool) or not isinstance(max_output_bytes, int) or max_output_bytes < 1:
        raise AnsibleFilterError(
            f"command_report: max_output_bytes: {max_output_bytes!r} is not a number of bytes; allowed are 1 and more."
        )
    try:
        earlier = None if before is None else parse_runs(before)
        options = PageOptions(datetime.datetime.now(datetime.UTC), title, max_output_bytes, earlier)
        data = page_data(parse_runs(result), options)
    except RequestError as error:
        raise AnsibleFilterError(f"command_report: {error}") from error
    return render_page(data, read_sources(SOURCES))


class FilterModule:
    """The filter, for Ansible."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Map names to functions."""
        return {"command_report": command_report}
