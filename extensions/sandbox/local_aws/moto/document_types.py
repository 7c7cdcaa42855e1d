# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSM makes a Command document where no type is given."""

from __future__ import annotations

import typing as t

from moto.ssm.models import SimpleSystemManagerBackend

from .patching import Correction, wrap

CORRECTIONS: t.Final = (
    Correction("CreateDocument without DocumentType", "ValidationException", "makes a document of type Command"),
)
DEFAULT: t.Final = "Command"


def apply() -> None:
    """Put the correction in place."""
    wrap(SimpleSystemManagerBackend, "create_document", _create_document)


def _create_document(original: t.Any, backend: t.Any, *, document_type: str | None, **more: t.Any) -> t.Any:
    return original(backend, document_type=document_type or DEFAULT, **more)
