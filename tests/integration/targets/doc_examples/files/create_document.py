# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes a Command document: create_document.py NAME FILE. amazon.aws has no module for it."""

from __future__ import annotations

import sys
from pathlib import Path

import boto3

name, file = sys.argv[1:]
boto3.client("ssm").create_document(Name=name, DocumentType="Command", Content=Path(file).read_text(encoding="utf-8"))
