# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: send_command
short_description: Run a command on a fleet of managed nodes with AWS Systems Manager Run Command
version_added: 1.0.0
description:
  - Sends a command with SendCommand to managed nodes named by id, tag or resource group, waits until every node has ended,
    and brings back what each node said.
  - It runs on the controller. Write it in a play over V(localhost), or with C(run_once=true); one task reaches the whole
    fleet, whatever its size.
  - No command runs twice because an answer was lost. SendCommand has no idempotency token, so the task puts a token of its
    own at the end of the command's comment and looks a lost answer up by it before anything is sent again.
  - While it waits it makes one call a poll, and reads the nodes' results in pages of 50.
  - The ids of the commands are shown the moment they exist. A task that was killed is taken up again with O(command_ids).
author:
  - ssmops.run_command contributors (@ssmops)
options:
  document_name:
    description:
      - The name or ARN of the Command document to run.
    type: str
    default: AWS-RunShellScript
  document_version:
    description:
      - The version of the document, V($LATEST), V($DEFAULT) or a number.
    type: str
  document_hash:
    description:
      - The hash that the document must have for the command to be accepted.
    type: str
  document_hash_type:
    description:
      - What kind of hash O(document_hash) is.
    type: str
    choices: [Sha256, Sha1]
  parameters:
    description:
      - The document's parameters. A scalar becomes a list of one, a mapping becomes JSON, as SendCommand wants them.
      - Names, types and allowed values are checked against the document before anything is sent.
    type: dict
  commands:
    description:
      - The lines to run, for documents with a parameter C(commands), such as C(AWS-RunShellScript) and
        C(AWS-RunPowerShellScript).
      - A text is one entry, with all its lines and commas.
    type: list
    elements: str
  script:
    description:
      - A script file on the controller, looked up like other files of a role or play, whose lines are run.
    type: path
  working_directory:
    description:
      - The directory on the node to run in, the document's parameter C(workingDirectory).
    type: str
  execution_timeout:
    description:
      - Seconds that the command may run on a node before the agent stops it, the document's parameter C(executionTimeout),
        1 to 172800.
    type: int
  strict_shell:
    description:
      - Puts C(set -eu) before the commands, after a line C(#!) where they begin with one, so that a shell stops at the first
        command that fails. Without it only the last command's exit code counts.
    type: bool
    default: false
  instance_ids:
    description:
      - The ids of the nodes, V(i-...) or V(mi-...), any number.
      - More than 50 become several commands, which share O(max_concurrency) and O(max_errors).
      - Exactly one of O(instance_ids), O(targets), O(target_tags), O(resource_group) and O(command_ids) is needed.
    type: list
    elements: str
  targets:
    description:
      - The nodes as SendCommand's targets, at most 5; a node must match all of them.
    type: list
    elements: dict
    suboptions:
      key:
        description:
          - V(tag:NAME), V(tag-key), V(InstanceIds), V(resource-groups:Name) or V(resource-groups:ResourceTypeFilters).
        type: str
        required: true
      values:
        description:
          - The values, 1 to 50; a node matches with one of them.
        type: list
        elements: str
        required: true
  target_tags:
    description:
      - The nodes by their tags, a mapping from tag key to one value or a list of values. A node must match all keys, each
        with one of the values.
    type: dict
  resource_group:
    description:
      - The nodes of a resource group, by its name.
    type: str
  command_ids:
    description:
      - Attach to commands sent before, instead of sending. Nothing is sent; the results are those the first task would have
        had.
    type: list
    elements: str
  max_concurrency:
    description:
      - How many nodes run the command at once over the whole task, a number or a percentage. AWS's default is 50.
    type: str
  max_errors:
    description:
      - How many nodes may fail over the whole task before it is sent to no more, a number or a percentage. AWS's default
        is 0.
      - Nodes that run already finish, so a few more may fail.
    type: str
  timeout_seconds:
    description:
      - Seconds within which the command must have started on a node, 30 to 2592000; AWS's default is 3600.
    type: int
  comment:
    description:
      - What the command is for, at most 76 characters. The task's token follows it.
      - In a job of AWX or Tower the default is C(AWX job ID).
    type: str
  output_s3_bucket_name:
    description:
      - The bucket that the nodes write their whole output to.
    type: str
  output_s3_key_prefix:
    description:
      - The prefix of the keys in O(output_s3_bucket_name).
    type: str
  output_s3_region:
    description:
      - The region of the bucket. AWS finds it out by itself today.
    type: str
  cloudwatch_log_group_name:
    description:
      - The log group that the nodes write their output to; it must exist. Setting it switches the output to CloudWatch Logs on.
    type: str
  cloudwatch_output_enabled:
    description:
      - Whether the nodes write their output to CloudWatch Logs, by default to the group C(/aws/ssm/DOCUMENT-NAME).
    type: bool
  notification_config:
    description:
      - SNS notifications of status changes; needs O(service_role_arn).
    type: dict
    suboptions:
      notification_arn:
        description:
          - The ARN of the topic.
        type: str
        required: true
      notification_events:
        description:
          - The changes to notify of.
        type: list
        elements: str
        choices: [All, InProgress, Success, TimedOut, Cancelled, Failed]
      notification_type:
        description:
          - Notify for the command or for each node.
        type: str
        choices: [Command, Invocation]
  service_role_arn:
    description:
      - The role that may publish the notifications. The caller needs C(iam:PassRole) on it.
    type: str
  alarm_configuration:
    description:
      - A CloudWatch alarm that cancels the command when it goes off.
    type: dict
    suboptions:
      alarms:
        description:
          - The alarm, exactly one.
        type: list
        elements: dict
        required: true
        suboptions:
          name:
            description:
              - The name of the alarm.
            type: str
            required: true
      ignore_poll_alarm_failure:
        description:
          - Go on when the alarm's state cannot be read.
        type: bool
        default: false
  wait:
    description:
      - Wait for the results. With V(false) the task ends as soon as the commands are sent; with O(command_ids) it gives what
        there is of them now, and does not fail while nodes still run.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait for all nodes. By default what AWS gives the command itself, O(timeout_seconds) and
        O(execution_timeout) (each 3600 when unset), as often as O(max_concurrency) and O(retry_undelivered) let commands run
        one after the other, and a minute more.
      - With O(command_ids) the default is to wait until AWS has ended the commands.
    type: int
  on_interrupt:
    description:
      - What becomes of the commands when the controller is told to stop, by Ctrl-C, SIGTERM or the task's C(timeout).
    type: str
    choices: [cancel, leave]
    default: cancel
  on_timeout:
    description:
      - What becomes of the commands that have not ended when O(wait_timeout) is over.
    type: str
    choices: [cancel, leave]
    default: cancel
  full_output:
    description:
      - Read output beyond 24,000 characters of stdout and 8,000 of stderr from the bucket or the log group it was written
        to. Needs O(output_s3_bucket_name), O(cloudwatch_log_group_name) or O(cloudwatch_output_enabled).
      - CloudWatch Logs keeps lines, so line ends may differ from what the node wrote; a bucket has every byte.
    type: bool
    default: false
  stream_output:
    description:
      - Display what the nodes write while they write it, a line at a time with the node and the stream before it, from
        CloudWatch Logs. Needs O(cloudwatch_log_group_name) or O(cloudwatch_output_enabled).
      - The agent uploads every 30 seconds, so lines come that late; reading them costs a call a poll. With C(no_log)
        nothing is displayed.
    type: bool
    default: false
  output_dir:
    description:
      - A directory on the controller that gets one file a node, C(INSTANCE-ID.txt), as soon as the node has ended. stderr
        follows stdout after a line C(----------ERROR-------). Only the owner may read the files.
    type: path
  result_max_bytes:
    description:
      - The longest result, in bytes of JSON, 1000 or more. AWX empties results over 700,000 characters.
      - Longer results lose the beginnings of the largest outputs first, then the steps, then whole nodes, those that
        succeeded before the others; RV(result_cut) says what.
    type: int
  fail_on:
    description:
      - When the task fails. V(any), on any node that did not succeed, or when there is no node at all; V(command), when AWS
        gives a command another status than Success; V(never), not because of the nodes.
    type: str
    choices: [any, command, never]
    default: any
  retry_undelivered:
    description:
      - How often the command is sent again to nodes that AWS says it could not reach (C(Undeliverable)), 0 to 10.
      - Nodes that timed out are not sent to again, as they may have run the command.
    type: int
    default: 0
attributes:
  check_mode:
    support: full
    details: Sends nothing, and returns the nodes that would be reached. With O(command_ids) it reads as always, and cancels
      nothing.
  diff_mode:
    support: full
    details: Shows the request.
  idempotent:
    support: none
    details: Each run sends the command once; a run with O(command_ids) sends nothing.
notes:
  - Command ids and progress go to standard error, which is not held back when it is no terminal. So they are there when a
    controller is killed, and standard output stays what callbacks make it.
  - The C(environment) of a task does not reach code that runs on the controller. Give credentials by options, module
    defaults, profile, or the controller's own environment.
  - Run Command keeps the parameters of a command, and EventBridge events carry them, in clear. Keep secrets in Parameter
    Store and let the node read them.
  - Who may call ListCommandInvocations may read the output of every command in the account and region.
  - "Permissions needed: ssm:SendCommand on the document, on every node and on O(output_s3_bucket_name), ssm:ListCommands,
    ssm:ListCommandInvocations, ssm:GetCommandInvocation, ssm:CancelCommand, ssm:DescribeDocument, ssm:GetDocument and
    ssm:DescribeInstanceInformation."
seealso:
  - module: ssmops.run_command.node_result
  - module: ssmops.run_command.send_command_policy
  - module: ssmops.run_command.managed_node_info
  - name: AWS Systems Manager Run Command
    description: What Run Command is and does.
    link: https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Ask every web server how long it has been up
  ssmops.run_command.send_command:
    target_tags:
      Finance: WebServers
    commands:
      - uptime

- name: Patch ten percent of the nodes at a time and stop after five failures
  ssmops.run_command.send_command:
    target_tags:
      Role: [web, api]
    commands:
      - apt-get update
      - apt-get upgrade -y
    strict_shell: true
    execution_timeout: 1800
    max_concurrency: 10%
    max_errors: "5"
  register: patching

- name: Run a script of the role on two nodes, and keep what they say in files
  ssmops.run_command.send_command:
    instance_ids:
      - i-0123456789abcdef0
      - i-0123456789abcdef1
    script: report.sh
    output_dir: reports

- name: Take up a command again whose controller was killed
  ssmops.run_command.send_command:
    command_ids:
      - 11111111-2222-4333-8444-555555555555

- name: Send a command of your own and read its whole output from a bucket
  ssmops.run_command.send_command:
    document_name: Team-CollectLogs
    parameters:
      service: nginx
      lines: 5000
    target_tags:
      Team: shop
    output_s3_bucket_name: shop-run-command-output
    full_output: true
"""

RETURN = r"""
command_ids:
  description: The ids of the task's commands, in the order they were sent.
  returned: when a command was sent or attached to
  type: list
  elements: str
  sample: [11111111-2222-4333-8444-555555555555]
commands:
  description: The commands as AWS lists them, without their parameters.
  returned: when a command was sent or attached to
  type: list
  elements: dict
  sample:
    - command_id: 11111111-2222-4333-8444-555555555555
      comment: ssmops-0123456789abcdef
      completed_count: 2
      delivery_timed_out_count: 0
      document_name: AWS-RunShellScript
      document_version: ""
      error_count: 0
      expires_after: "2026-11-23T13:00:00+00:00"
      requested_date_time: "2026-11-23T11:00:00+00:00"
      status: Success
      status_details: Success
      target_count: 2
invocations:
  description:
    - What each node did, by node id.
    - A node that was sent to more than once has its last result here, and those before in C(earlier).
  returned: when a command was sent or attached to
  type: dict
  contains:
    instance_id:
      description: The node's id.
      type: str
      returned: always
      sample: i-0123456789abcdef0
    instance_name:
      description: The node's name as Run Command knows it.
      type: str
      returned: always
      sample: web-1
    command_id:
      description: The command that the node ran; empty when none was sent to it.
      type: str
      returned: always
      sample: 11111111-2222-4333-8444-555555555555
    status:
      description: The invocation's Status.
      type: str
      returned: always
      sample: Failed
    status_details:
      description: The invocation's StatusDetails.
      type: str
      returned: always
      sample: DeliveryTimedOut
    outcome:
      description: The status details in the spelling of RV(summary).
      type: str
      returned: always
      sample: delivery_timed_out
    rc:
      description: The exit code of the first step that did not end with 0, or else of the last; -1 when none ran.
      type: int
      returned: always
      sample: 0
    stdout:
      description: What the node wrote to stdout, all steps one after the other.
      type: str
      returned: always
      sample: "up 3 days\n"
    stderr:
      description: What the node wrote to stderr, all steps one after the other.
      type: str
      returned: always
      sample: ""
    stdout_lines:
      description: RV(invocations.stdout) in lines.
      type: list
      elements: str
      returned: always
      sample: [up 3 days]
    started_at:
      description: When the first step started, ISO 8601; null when none did.
      type: str
      returned: always
      sample: "2026-11-23T11:00:01+00:00"
    finished_at:
      description: When the last step ended, ISO 8601; null when none did.
      type: str
      returned: always
      sample: "2026-11-23T11:00:02+00:00"
    truncated:
      description: Whether the node wrote, or may have written, more than is here.
      type: bool
      returned: always
      sample: false
    output_urls:
      description: Where S3 has the first step's output, by C(stdout) and C(stderr).
      type: dict
      returned: always
      sample: {}
    output_file:
      description: The node's file in O(output_dir).
      type: str
      returned: when O(output_dir) is set and the node has ended
      sample: reports/i-0123456789abcdef0.txt
    plugins:
      description: The document's steps, each with its own stdout and stderr when there are several.
      type: list
      elements: dict
      returned: always
      sample:
        - name: aws:runShellScript
          status: Success
          status_details: Success
          rc: 0
          started_at: "2026-11-23T11:00:01+00:00"
          finished_at: "2026-11-23T11:00:02+00:00"
    earlier:
      description: The results that this one replaced, oldest first.
      type: list
      elements: dict
      returned: when the node was sent to more than once
      sample: []
summary:
  description: How many nodes had each outcome, and how many there are.
  returned: when a command was sent or attached to
  type: dict
  sample:
    success: 2
    failed: 0
    execution_timed_out: 0
    delivery_timed_out: 0
    undeliverable: 0
    terminated: 0
    invalid_platform: 0
    access_denied: 0
    cancelled: 0
    pending: 0
    in_progress: 0
    delayed: 0
    total: 2
failed_instance_ids:
  description: The nodes without Success, sorted.
  returned: when a command was sent or attached to
  type: list
  elements: str
  sample: []
undelivered_instance_ids:
  description: Those of RV(failed_instance_ids) that AWS could not reach, or that never answered, sorted.
  returned: when a command was sent or attached to
  type: list
  elements: str
  sample: []
nodes:
  description: The managed nodes that the command would be sent to, sorted by id.
  returned: in check mode
  type: list
  elements: dict
  sample:
    - instance_id: i-0123456789abcdef0
      name: web-1
      ping_status: Online
      platform_type: Linux
      agent_version: 3.3.2746.0
result_cut:
  description: What O(result_max_bytes) cut, as numbers of outputs and invocations, and whether plugins were dropped.
  returned: when something was cut
  type: dict
  sample:
    outputs: 12
    plugins: false
    invocations: 0
msg:
  description: How many nodes succeeded, and the first failures with exit code and last line of stderr.
  returned: always
  type: str
  sample: "1 of 2 nodes succeeded (1 success, 1 failed). Failures: i-0123456789abcdef1 Failed rc=3 (disk full)."
error:
  description: The code and the message of AWS's error.
  returned: when AWS refused a call
  type: dict
  sample:
    code: AccessDeniedException
    message: "User: arn:aws:iam::123456789012:user/jo is not authorized to perform: ssm:SendCommand"
"""
