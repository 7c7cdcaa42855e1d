# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an account has of monitoring in two regions, as one JSON object: C(REGION/KIND/NAME) to what it is.

Global resources, whose names carry the region, count to it. The statements of shared policies are listed one by one.
Beside it, how often each operation was called since the last time.

snapshot.py READY-FILE REGION ...
"""

from __future__ import annotations

import json
import pathlib
import sys
import typing as t
import urllib.request

import boto3

Found = dict[str, t.Any]
ALARM_FIELDS = ("AlarmActions", "Dimensions", "Statistic")


def log_groups(region: str) -> Found:
    """Log groups with their tags and metric filters, and what services may write to each."""
    client = boto3.client("logs", region_name=region)
    found: Found = {}
    for group in client.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        tags = client.list_tags_log_group(logGroupName=name)["tags"]
        filters = client.describe_metric_filters(logGroupName=name)["metricFilters"]
        found[f"log-group/{name}"] = [group.get("retentionInDays"), tags, filters]
    for policy in client.describe_resource_policies()["resourcePolicies"]:
        for statement in json.loads(policy["policyDocument"])["Statement"]:
            for resource in statement["Resource"]:
                found[f"log-policy/{resource}"] = [policy["policyName"], {**statement, "Resource": resource}]
    return found


def destinations(region: str) -> Found:
    """Topics and queues with their attributes and tags."""
    sns, sqs = boto3.client("sns", region_name=region), boto3.client("sqs", region_name=region)
    found: Found = {}
    for topic in sns.list_topics()["Topics"]:
        attributes = sns.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]
        tags = sns.list_tags_for_resource(ResourceArn=topic["TopicArn"])["Tags"]
        found[f"topic/{topic['TopicArn']}"] = [attributes, tags]
    for url in sqs.list_queues().get("QueueUrls", []):
        of_queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        counted = {key: value for key, value in of_queue.items() if not key.startswith("Approximate")}
        found[f"queue/{url}"] = [counted, sqs.list_queue_tags(QueueUrl=url).get("Tags", {})]
    return found


def rules(region: str) -> Found:
    """Rules with their targets and tags, and alarms."""
    events = boto3.client("events", region_name=region)
    found: Found = {}
    for rule in events.list_rules()["Rules"]:
        tags = events.list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"]
        found[f"rule/{rule['Name']}"] = [rule, tags, events.list_targets_by_rule(Rule=rule["Name"])["Targets"]]
    for alarm in boto3.client("cloudwatch", region_name=region).describe_alarms()["MetricAlarms"]:
        found[f"alarm/{alarm['AlarmName']}"] = {key: alarm.get(key) for key in ALARM_FIELDS}
    return found


def buckets(region: str) -> Found:
    """Buckets of the region."""
    client = boto3.client("s3", region_name=region)
    names = [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]
    places = {name: client.get_bucket_location(Bucket=name).get("LocationConstraint") for name in names}
    return {f"bucket/{name}": {} for name, place in places.items() if (place or "us-east-1") == region}


def documents(region: str) -> Found:
    """Documents of the account with their default version and tags."""
    client = boto3.client("ssm", region_name=region)
    found: Found = {}
    for entry in client.list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])["DocumentIdentifiers"]:
        tags = client.list_tags_for_resource(ResourceType="Document", ResourceId=entry["Name"])["TagList"]
        found[f"document/{entry['Name']}"] = [client.get_document(Name=entry["Name"])["Content"], tags]
    return found


def global_resources(region: str) -> Found:
    """Dashboards and roles whose names end with the region."""
    cloudwatch, iam = boto3.client("cloudwatch", region_name=region), boto3.client("iam", region_name=region)
    found: Found = {}
    for entry in cloudwatch.list_dashboards()["DashboardEntries"]:
        name = entry["DashboardName"]
        found[f"dashboard/{name}"] = cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"]
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        policies = iam.list_role_policies(RoleName=name)["PolicyNames"]
        documents = [iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"] for policy in policies]
        found[f"role/{name}"] = [role["AssumeRolePolicyDocument"], iam.list_role_tags(RoleName=name)["Tags"], documents]
    return {name: value for name, value in found.items() if name.endswith(f"-{region}")}


class Counter:
    """The sandbox's own count of calls, found by the file that it wrote when it was ready."""

    def __init__(self, ready_file: str) -> None:
        ready = json.loads(pathlib.Path(ready_file).read_text(encoding="utf-8"))
        self._url, self._token = f"{ready['endpoint_url']}/sandbox/calls", ready["control_token"]

    def ask(self, method: str) -> Found:
        """GET for the calls by operation; DELETE to count from nought."""
        request = urllib.request.Request(self._url, method=method)  # noqa: S310  # the sandbox's own address
        request.add_header("X-Sandbox-Token", self._token)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # the sandbox's own address
            return t.cast("Found", json.loads(answer.read() or b"{}"))


def main(ready_file: str, *regions: str) -> None:
    """Print what is there."""
    counter = Counter(ready_file)
    calls = counter.ask("GET")["operations"]
    kinds = (log_groups, destinations, rules, buckets, documents, global_resources)
    found = {f"{region}/{name}": value for region in regions for kind in kinds for name, value in kind(region).items()}
    counter.ask("DELETE")
    json.dump({"found": found, "calls": calls}, sys.stdout, default=str, sort_keys=True)


main(*sys.argv[1:])
