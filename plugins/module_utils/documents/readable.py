# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A document as a text that people compare: YAML with the lines of its scripts. Pure."""

from __future__ import annotations

import json
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping


def readable(document: Mapping[str, t.Any] | None) -> str:
    """The document as YAML with texts of several lines in blocks; as JSON where PyYAML is missing; "" for None."""
    if document is None:
        return ""
    try:
        # A module's host may lack it.
        import yaml
    except ImportError:
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"

    class Dumper(yaml.SafeDumper):
        """Writes texts of several lines as blocks, and no aliases."""

        def ignore_aliases(self, data: t.Any) -> bool:
            return True

    def write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)

    Dumper.add_representer(str, write_text)
    plain = json.loads(json.dumps(document))
    return yaml.dump(plain, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=120)
