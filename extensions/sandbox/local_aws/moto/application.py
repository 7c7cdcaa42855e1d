# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""moto's own server: requests as it is to see them, and its answers."""

from __future__ import annotations

import io
import logging
import typing as t
import urllib.parse

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from ..wire import messages
from ..wire.errors import ApiError
from ..wire.messages import Call, Environ, Request

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .data import MotoData

    Headers = list[tuple[str, str]]
    Dispatcher = Callable[[Environ, Callable[..., t.Any]], Iterable[bytes]]


# How the pages begin by which moto's router says that it knows no such path.
_ROUTERS_PAGE: t.Final = b"<!doctype html>"
_LOG: t.Final = logging.getLogger(__name__)


class MotoAnswer(t.NamedTuple):
    """moto's answer with all its headers."""

    status_line: str
    headers: list[tuple[str, str]]
    body: bytes


class MotoApplication:
    """Everything that moto serves, one request at a time."""

    def __init__(self, moto: MotoData) -> None:
        self._moto = moto
        self._dispatcher = DomainDispatcherApplication(create_backend_app)

    def backend(self, environ: Environ) -> str | None:
        """The backend that moto would send a request to; None when it has none for it."""
        try:
            host = self._dispatcher.infer_service_region_host(environ, environ["PATH_INFO"])
        except KeyError as error:
            raise ApiError("MissingAction", f"The request has no {error}.") from error
        return t.cast("str | None", self._dispatcher.get_backend_for_host(host))

    def answer(self, environ: Environ) -> MotoAnswer:
        """moto's answer; ApiError 501 for what it has not."""
        started: list[tuple[str, Headers]] = []

        def start_response(status: str, headers: Headers, _error: t.Any = None) -> t.Any:
            started.append((status, headers))

        serve = t.cast("Dispatcher", self._dispatcher)
        try:
            with self._moto.lock:
                body = b"".join(serve(environ, start_response))
        except (NotImplementedError, ImportError) as error:
            raise _not_implemented(str(error)) from error
        except ApiError:
            raise  # a correction's own
        except Exception as error:  # the outer edge of moto, whose faults are of any kind
            _LOG.exception("moto failed")
            raise _not_implemented(f"moto failed with {type(error).__name__}: {error}") from error
        status, headers = started[-1]
        if body.startswith(_ROUTERS_PAGE):
            raise _not_implemented(f"moto has nothing at {environ['PATH_INFO']}")
        return MotoAnswer(status, headers, body)


def _not_implemented(reason: str) -> ApiError:
    return ApiError("NotImplemented", f"The sandbox cannot do this: {reason}", status=501)


def environ_of(environ: Environ, request: Request, call: Call | None = None) -> Environ:
    """A request as moto is to see it: with nothing in it that was not looked at here.

    moto finds the service and the caller by the header Authorization alone, and looks for parameters in more places
    than the services do. call None: a request to moto's own control.
    """
    seen = {name: value for name, value in environ.items() if not name.startswith("HTTP_X_MOTO")}
    # moto takes a region from there before that of the signature.
    seen["HTTP_USER_AGENT"] = environ.get("HTTP_USER_AGENT", "").replace("region/", "region_")
    # WSGI writes UTF-8 as if it were latin-1; RAW_URI is what moto takes keys of S3 from, undecoded.
    seen |= {"RAW_URI": request.target, "PATH_INFO": request.path.encode(errors="replace").decode("latin-1")}
    body = request.body
    if call is not None:
        seen["HTTP_AUTHORIZATION"] = _authorization(call)
        if call.service != "s3" and not seen.get("QUERY_STRING"):
            # Where moto finds no query it looks for parameters, and for the operation, in texts of the body.
            seen["QUERY_STRING"] = "sandbox="
        if call.service != "s3" and messages.is_query_protocol(request, call.service):
            # The fields that were authorized, and only there.
            body = urllib.parse.urlencode(messages.parse_form(request), doseq=True).encode()
            seen |= {
                "REQUEST_METHOD": "POST",
                "QUERY_STRING": "",
                "CONTENT_TYPE": messages.FORM,
                "CONTENT_LENGTH": str(len(body)),
                "RAW_URI": request.path,
            }
    return {**seen, "wsgi.input": io.BytesIO(body)}


def _authorization(call: Call) -> str:
    scope = f"{call.access_key_id}/00000000/{call.region}/{call.service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=verified"
