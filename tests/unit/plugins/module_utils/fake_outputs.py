# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where commands write their outputs, in memory: a bucket and a log group, with short pages."""

from __future__ import annotations

import io
import typing as t

from tests.support.service_models import FakeClient

from .commands.fake_ssm import client_error

Json = dict[str, t.Any]


class FakeBucket(FakeClient, service="s3"):
    """One bucket of this name with these objects; two keys a page. `reads` are the keys that were read."""

    def __init__(self, name: str, objects: dict[str, bytes]) -> None:
        self.name = name
        self.objects = objects
        self.reads: list[str] = []

    def _find(self, request: Json, operation: str) -> None:
        if request["Bucket"] != self.name:
            raise client_error("NoSuchBucket", operation, 404)

    def list_objects_v2(self, **request: t.Any) -> Json:
        self._find(request, "ListObjectsV2")
        keys = sorted(key for key in self.objects if key.startswith(request.get("Prefix", "")))
        start = int(request.get("ContinuationToken", 0))
        more = {"NextContinuationToken": str(start + 2)} if start + 2 < len(keys) else {}
        page = {"Contents": [{"Key": key} for key in keys[start : start + 2]]} if keys else {}
        return {**page, **more, "IsTruncated": bool(more)}

    def get_object(self, **request: t.Any) -> Json:
        self._find(request, "GetObject")
        self.reads.append(request["Key"])
        if request["Key"] not in self.objects:
            raise client_error("NoSuchKey", "GetObject", 404)
        return {"Body": io.BytesIO(self.objects[request["Key"]])}


class FakeLogs(FakeClient, service="logs"):
    """One log group of this name; two events a page. The first page of a search is empty, as AWS's may be.

    `errors` are raised by the next searches (None: no error); `requests` are those of the searches.
    """

    def __init__(self, group: str) -> None:
        self.group = group
        self.exists = True
        self.events: list[Json] = []
        self.errors: list[Exception | None] = []
        self.requests: list[Json] = []

    def add(self, stream: str, message: str, timestamp: int = 0, ingestion_time: int = 0) -> None:
        """Write an event; times are milliseconds since 1970."""
        self.events.append(
            {
                "eventId": str(len(self.events)),
                "timestamp": timestamp,
                "ingestionTime": ingestion_time,
                "logStreamName": stream,
                "message": message,
            }
        )

    def _find(self, request: Json, operation: str) -> None:
        if not self.exists or request["logGroupName"] != self.group:
            raise client_error("ResourceNotFoundException", operation)

    def filter_log_events(self, **request: t.Any) -> Json:
        self.requests.append(request)
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        self._find(request, "FilterLogEvents")
        found = [
            event
            for event in sorted(self.events, key=lambda event: int(event["timestamp"]))
            if event["logStreamName"].startswith(request.get("logStreamNamePrefix", ""))
            and request.get("startTime", 0) <= event["timestamp"] <= request.get("endTime", event["timestamp"])
        ]
        start = int(request.get("nextToken", -2))
        more = {"nextToken": str(start + 2)} if start + 2 < len(found) else {}
        return {"events": found[start : start + 2] if start >= 0 else [], **more}

    def get_log_events(self, **request: t.Any) -> Json:
        """From the head of the stream; at its end the last token comes again, as AWS gives it."""
        self._find(request, "GetLogEvents")
        events = [event for event in self.events if event["logStreamName"] == request["logStreamName"]]
        if not events:
            raise client_error("ResourceNotFoundException", "GetLogEvents")
        if not request.get("startFromHead"):
            raise NotImplementedError("from the tail of a stream")
        start = int(request.get("nextToken", "f/0").removeprefix("f/"))
        chosen = events[start : start + 2]
        shown = [{name: event[name] for name in ("timestamp", "message", "ingestionTime")} for event in chosen]
        return {"events": shown, "nextForwardToken": f"f/{start + len(chosen)}"}

    def describe_log_groups(self, **request: t.Any) -> Json:
        names = [self.group] if self.exists and self.group.startswith(request.get("logGroupNamePrefix", "")) else []
        return {"logGroups": [{"logGroupName": name} for name in names]}
