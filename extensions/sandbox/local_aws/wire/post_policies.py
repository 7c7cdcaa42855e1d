# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forms that upload an object to S3, and the policy that says what they may hold. Pure.

Source: Amazon S3 API reference, "Browser-Based Uploads Using POST": "Creating a POST Policy".
"""

from __future__ import annotations

import base64
import binascii
import datetime
import io
import json
import re
import typing as t

from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from .messages import media_type
from .refusals import Reason, Refusal

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .messages import Request

_MOST_PARTS: t.Final = 100
_MOST_BYTES_OF_FIELDS: t.Final = 128 * 1024
_PLACE: t.Final = re.compile(r"/[^/]+/?")
_NUMBER: t.Final = re.compile(r"[0-9]{1,12}")
# Fields that no condition needs to name.
_FREE_FIELDS: t.Final = frozenset({"policy", "file", "x-amz-signature", "signature", "awsaccesskeyid"})


class Form(t.NamedTuple):
    """The fields of an upload by their names in lower case, the bucket it goes to, and how many bytes the file has."""

    fields: Mapping[str, str]
    bucket: str
    size: int

    @property
    def key(self) -> str:
        """The key of the object."""
        return self.fields.get("key", "").replace("${filename}", self.fields.get("file", ""))


def read_form(request: Request) -> Form | None:
    """The form of a request that carries a signed policy; None for any other request.

    :raises Refusal: the form could be read in more than one way.
    """
    if request.method != "POST" or media_type(request) != "multipart/form-data":
        return None
    fields, files = _parts_of(request)
    names = [name.lower() for name in fields]
    if "policy" not in names or not {"x-amz-signature", "signature"} & set(names):
        return None
    values = {name.lower(): texts[0] for name, texts in fields.items()}
    uploads = [upload for name in files for upload in files[name]]
    is_plain = len(set(names)) == len(names) and all(len(texts) == 1 for texts in fields.values())
    if not is_plain or list(files) != ["file"] or len(uploads) != 1 or "file" in names:
        raise Refusal(Reason.MALFORMED, "POST requires exactly one file upload, and every field once.")
    if request.query or not _PLACE.fullmatch(request.path):
        raise Refusal(Reason.MALFORMED, "A form is posted to the address of a bucket.")
    # Browsers may send the path of a file; only its name counts.
    values["file"] = (uploads[0].filename or "").replace("\\", "/").rpartition("/")[2]
    return Form(values, request.path.strip("/"), len(uploads[0].read()))


def _parts_of(request: Request) -> tuple[dict[str, list[str]], dict[str, list[t.Any]]]:
    mime_type, options = parse_options_header(request.headers["content-type"])
    parser = FormDataParser(max_form_memory_size=_MOST_BYTES_OF_FIELDS, max_form_parts=_MOST_PARTS, silent=False)
    try:
        _stream, fields, files = parser.parse(io.BytesIO(request.body), mime_type, len(request.body), options)
    except (ValueError, KeyError, HTTPException) as error:
        message = "The body of your POST request is not well-formed multipart/form-data."
        raise Refusal(Reason.MALFORMED, message) from error
    return dict(fields.lists()), dict(files.lists())


def check(form: Form, now: float) -> None:
    """Refusal unless the policy of a form is in force and every field is one that it allows."""
    policy = _policy(form.fields["policy"])
    if now > _expiration(policy):
        raise _outside("Policy expired.")
    values = {**form.fields, "bucket": form.bucket}
    named = {name for condition in policy["conditions"] for name in [_check(condition, values, form.size)] if name}
    extra = sorted(name for name in values if name not in named | _FREE_FIELDS and not name.startswith("x-ignore-"))
    if extra:
        raise _outside(f"Extra input fields: {', '.join(extra)}")


def _policy(text: str) -> dict[str, t.Any]:
    try:
        policy = json.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        policy = None
    if not isinstance(policy, dict) or not isinstance(policy.get("conditions"), list):
        raise Refusal(Reason.MALFORMED, "Invalid Policy: Invalid JSON.")
    return policy


def _expiration(policy: Mapping[str, t.Any]) -> float:
    try:
        return datetime.datetime.fromisoformat(str(policy.get("expiration"))).timestamp()
    except ValueError:
        raise Refusal(Reason.MALFORMED, "Invalid Policy: Invalid 'expiration' value.") from None


def _check(condition: t.Any, values: Mapping[str, str], size: int) -> str:
    """The field that a condition allows ("": it is about the file); Refusal when it is not met."""
    operator, name, wanted = _parts(condition)
    if operator == "content-length-range":
        if not int(name) <= size <= int(wanted):
            raise _outside(f"the file has {size} bytes, not {name} to {wanted}")
        return ""
    field = name.removeprefix("$").lower()
    given = values.get(field, "")
    if not (given.startswith(wanted) if operator == "starts-with" else given == wanted):
        raise _outside(f"Policy Condition failed: {json.dumps(condition)}")
    return field


def _parts(condition: t.Any) -> tuple[str, str, str]:
    if isinstance(condition, dict) and len(condition) == 1:
        ((name, wanted),) = condition.items()
        return "eq", str(name), str(wanted)
    if isinstance(condition, list) and len(condition) == 3:
        operator, name, wanted = (str(part) for part in condition)
        is_range = operator == "content-length-range" and _NUMBER.fullmatch(name) and _NUMBER.fullmatch(wanted)
        if operator in {"eq", "starts-with"} or is_range:
            return operator, name, wanted
    raise Refusal(Reason.MALFORMED, f"Invalid Policy: Invalid condition {json.dumps(condition)}.")


def _outside(why: str) -> Refusal:
    return Refusal(Reason.OUTSIDE_POLICY, f"Invalid according to Policy: {why}")
