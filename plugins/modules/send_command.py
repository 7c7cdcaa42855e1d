# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: send_command
short_description: Run a command on a fleet of managed nodes with AWS Systems Manager Run Command
version_added: 1.0.0
description:
  - Sends a command with SendCommand to managed nodes selected by ID, tag or resource group, waits until every node has
    finished, and returns the result of each node.
  - The action runs on the controller. Use it in a play on V(localhost), or with C(run_once=true); one task reaches the
    whole fleet, whatever its size.
  - No command runs twice because a response was lost. SendCommand has no idempotency token, so the task adds a token of
    its own to the end of the command's comment. When a response is lost, the task looks for that token before it sends
    anything again.
  - While waiting, the task makes one API call per poll, and reads the results of the nodes in pages of 50.
  - The IDs of the commands are displayed as soon as they exist. To resume after a task was killed, use O(command_ids).
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
      - The type of O(document_hash).
    type: str
    choices: [Sha256, Sha1]
  parameters:
    description:
      - The parameters of the document. A scalar becomes a list with one item, a dictionary and a list of dictionaries
        become JSON, as SendCommand requires. Other types of YAML, such as dates, are sent as YAML writes them.
      - The task checks names, types and allowed values against the document before it sends anything. A value with a
        reference to the Parameter Store, C({{ssm:NAME}}), is not checked, nor is an C(allowedPattern) that Python does
        not know; AWS and the node check them. For Ansible, write C({% raw %}{{ssm:NAME}}{% endraw %}).
    type: dict
  commands:
    description:
      - The commands to run, for documents with a parameter C(commands), such as C(AWS-RunShellScript) and
        C(AWS-RunPowerShellScript).
      - A string becomes a single item, including all its lines and commas. Booleans and dates run as YAML writes them,
        C(true) rather than C(True); quote a number such as C(1.10), whose last digit YAML does not keep.
    type: list
    elements: str
  script:
    description:
      - The path of a script on the controller, searched for like other files of a role or play. The lines of the script
        are run, without a byte order mark and with the line ends of Unix.
    type: path
  working_directory:
    description:
      - The working directory on the node. This is the document's parameter C(workingDirectory).
    type: str
  execution_timeout:
    description:
      - The number of seconds that the command may run on a node before the agent stops it, 5 to 172800. This is the
        document's parameter C(executionTimeout). The agent would take less than 5 for 3600.
    type: int
  strict_shell:
    description:
      - Whether to insert C(set -eu) before the commands, after a C(#!) line if they begin with one, so that the shell
        stops at the first command that fails. Otherwise, only the exit code of the last command counts.
      - With a C(#!) line of C(bash), C(ksh), C(mksh) or C(zsh), it is C(set -euo pipefail). Without a C(#!) line the
        agent runs the commands with C(sh), which has no C(pipefail); there, a pipe fails only if its last command does.
      - A C(#!) line of anything but a shell, such as Python, is refused.
    type: bool
    default: false
  instance_ids:
    description:
      - The IDs of the nodes, V(i-...) or V(mi-...), in any number. A string, and each item, may have several of them with
        commas, spaces or line ends between them, as the text area of a survey has.
      - More than 50 IDs are split into several commands, which share O(max_concurrency) and O(max_errors). The first one
        is sent alone. After that, as many more nodes may run the command at the same time as have succeeded, unless
        O(max_errors) allows all nodes to fail; then all commands are sent at once.
      - Exactly one of O(instance_ids), O(targets), O(target_tags), O(resource_group) and O(command_ids) is required.
    type: list
    elements: str
  targets:
    description:
      - The nodes, as at most 5 targets of SendCommand. A node must match all targets.
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
          - The values, 1 to 50. A node matches if it has any one of them.
        type: list
        elements: str
        required: true
  target_tags:
    description:
      - The nodes by their tags, as a dictionary of tag keys, each with a value or a list of values. A node must have
        all keys, each with one of the values.
    type: dict
  resource_group:
    description:
      - The nodes of a resource group, by its name.
    type: str
  command_ids:
    description:
      - Attaches to commands that were sent before. Nothing is sent; the task returns the results that the first task
        would have returned. They are split like O(instance_ids).
    type: list
    elements: str
  max_concurrency:
    description:
      - The number or percentage of nodes that run the command at the same time, for the whole task. AWS's default is
        50.
    type: str
  max_errors:
    description:
      - The number or percentage of nodes that may fail, for the whole task, before the command is no longer sent to
        further nodes. AWS's default is 0.
      - Nodes that already run the command finish it, so a few more may fail.
    type: str
  timeout_seconds:
    description:
      - The number of seconds within which the command must start on a node, 30 to 2592000. AWS's default is 3600.
    type: int
  client_token:
    description:
      - A token of your own that makes the task idempotent, across runs and controllers. If commands with this token are
        found, the task sends nothing and attaches to them, and is not changed. Of more than 50 O(instance_ids), only the
        commands that are missing are sent. With O(retry_undelivered), nodes that were not reached are still sent to again.
      - If one of these commands was cancelled, by a person, an alarm or a task that was stopped, nothing more is sent
        with this token.
      - Use one that stands for the intent, such as the number of a deployment or of an AWX workflow job, and in a loop one
        for each item. It must not be used with another document, another version of it, other parameters or other nodes.
        The other options may differ, and do not matter to what was sent before.
      - The search lists all commands of the account and region since O(client_token_max_age), 50 with each call, before
        the task sends. AWS lists a new command within seconds. Two tasks that start at the same time can both send.
      - A run of Ansible remembers what its tasks have sent, or may have sent, with the token. A later task of the run, such
        as a retry, waits up to 60 seconds until AWS lists it. If AWS does not, the task fails and sends nothing, unless the
        response was lost and O(on_lost_response=resend).
      - 1 to 36 letters, digits and C(._-). It is a part of the command's comment.
    type: str
  client_token_max_age:
    description:
      - How many seconds ago a command with O(client_token) may have been sent, 60 to 2592000. AWS lists commands for 30
        days.
    type: int
    default: 86400
  comment:
    description:
      - A comment on the command, at most 76 characters. The task appends its token and other marks, which may take the
        place of the end of a long comment.
      - In a job of AWX or Tower, C(AWX job ID) and C(AWX template ID) are among the marks, by which
        M(ssmops.run_command.cancel_command) finds the commands of a job.
    type: str
  output_s3_bucket_name:
    description:
      - The bucket that the nodes write their complete output to.
    type: str
  output_s3_key_prefix:
    description:
      - The prefix of the keys in O(output_s3_bucket_name).
    type: str
  output_s3_region:
    description:
      - The region of the bucket. AWS now determines it automatically.
    type: str
  cloudwatch_log_group_name:
    description:
      - The log group that the nodes write their output to. It must exist. Setting this option enables output to
        CloudWatch Logs.
    type: str
  cloudwatch_output_enabled:
    description:
      - Whether the nodes write their output to CloudWatch Logs, by default to the group C(/aws/ssm/DOCUMENT-NAME).
    type: bool
  notification_config:
    description:
      - SNS notifications of status changes. Requires O(service_role_arn).
    type: dict
    suboptions:
      notification_arn:
        description:
          - The ARN of the topic.
        type: str
        required: true
      notification_events:
        description:
          - The status changes to send notifications for.
        type: list
        elements: str
        choices: [All, InProgress, Success, TimedOut, Cancelled, Failed]
      notification_type:
        description:
          - Whether to send notifications for the command or for each node.
        type: str
        choices: [Command, Invocation]
  service_role_arn:
    description:
      - The role that publishes the notifications. The caller needs C(iam:PassRole) on it.
    type: str
  alarm_configuration:
    description:
      - A CloudWatch alarm that cancels the command when it goes off.
    type: dict
    suboptions:
      alarms:
        description:
          - A list of exactly one alarm.
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
          - Whether to continue if the state of the alarm cannot be read.
        type: bool
        default: false
  send_per_host:
    description:
      - Whether each host of a play that runs this task sends the request, even if another host has sent the same one.
        Every node then runs it once for each host.
      - With V(false), the first host of a run sends it, and the others with the same document, parameters, nodes, region,
        endpoint and credentials fail without sending, also in check mode. If AWS refuses its request, another host may
        send it. Where it is certain that each host would send the same request,
        because the task has no template, condition or loop, all hosts fail and nothing is sent. The task is meant for
        one host, as with C(run_once=true). Loops and retries on the same host, and hosts with requests of their own,
        are not affected.
      - Credentials are the same if the key ID and the profile are, and the variables that say where others come from,
        which are C(AWS_ROLE_ARN), C(AWS_WEB_IDENTITY_TOKEN_FILE), C(AWS_CONFIG_FILE), C(AWS_SHARED_CREDENTIALS_FILE),
        C(AWS_CREDENTIAL_FILE), C(AWS_LOGIN_CACHE_DIRECTORY), C(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI),
        C(AWS_CONTAINER_CREDENTIALS_FULL_URI), C(AWS_EC2_METADATA_SERVICE_ENDPOINT), C(AWS_ENDPOINT_URL),
        C(AWS_ENDPOINT_URL_STS) and C(AWS_ENDPOINT_URL_SSO). Names of sessions and programs, such as
        C(AWS_ROLE_SESSION_NAME), do not count.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait for the results. With V(false), the task ends as soon as the commands are sent, so more than 50
        O(instance_ids) need O(max_errors=100%); with
        O(command_ids), it returns the current results, and does not fail because nodes are still running. A command
        that has ended can fail it, as O(fail_on) says.
    type: bool
    default: true
  wait_timeout:
    description:
      - The number of seconds to wait for all nodes. By default, the task waits for each command as long as AWS says that
        the command can take (C(expires_after) in RV(commands)), plus a minute, so that it sees how AWS ends it.
      - A call that is under way then may take 10 seconds more, cancelling the commands 10, and their end 10.
    type: int
  on_interrupt:
    description:
      - What to do with the commands when the controller is interrupted by Ctrl-C, SIGTERM or the task's C(timeout), or
        when ansible-playbook is killed and its worker with this task is not.
      - This takes up to 10 seconds. A second signal, more than 2 seconds after the first one, ends the task at once,
        after a line about what still runs.
    type: str
    choices: [cancel, leave]
    default: cancel
  on_timeout:
    description:
      - What to do with commands that have not ended after O(wait_timeout).
    type: str
    choices: [cancel, leave]
    default: cancel
  full_output:
    description:
      - Whether to read output beyond 24,000 characters of stdout and 8,000 of stderr from the bucket or the log group
        that it was written to. Requires O(output_s3_bucket_name), O(cloudwatch_log_group_name) or
        O(cloudwatch_output_enabled). For a command that was sent before, what it was sent with itself decides where
        its output is read.
      - At most 16 MiB of each stream of a step are read. A warning names the nodes whose output is not there, and the
        rights that they may lack; with O(fail_on=truncated), the task fails.
      - CloudWatch Logs stores lines, so line endings may differ from those that the node wrote; a bucket stores every
        byte.
    type: bool
    default: false
  stream_output:
    description:
      - Whether to display the output of the nodes while they run, line by line with the node and the stream as a
        prefix, from CloudWatch Logs. Requires O(cloudwatch_log_group_name) or O(cloudwatch_output_enabled); a command
        that was sent before is read where it writes.
      - The agent uploads output every 30 seconds, so lines appear with this delay. Reading them costs one API call per
        poll. With C(no_log), nothing is displayed.
    type: bool
    default: false
  output_dir:
    description:
      - A directory on the controller to write one file per node to, C(INSTANCE-ID.txt), as soon as the node has
        finished. In the file, stderr follows stdout after a line C(----------ERROR-------).
      - With several O(command_ids), one file per node and command, C(INSTANCE-ID.COMMAND-ID.txt).
      - Only the owner can read the files, and the directory if the task creates it. A file that is there before is
        replaced, so that several tasks can use one directory.
      - If a file cannot be written, there is a warning, and RV(invocations.output_file) of the node is missing.
    type: path
  result_max_bytes:
    description:
      - The maximum size of the result, 1000 or more, in characters of its Python representation, which is what AWX
        measures. AWX shows a larger result than it takes, 700,000 characters by default, as C({}).
      - From larger results, the task removes first the beginnings of the largest outputs, then the steps, then whole
        nodes, starting with those that succeeded. RV(result_cut) and RV(msg) tell what was removed, and RV(outcomes)
        has the nodes. RV(groups) get a fifth of it, and are right whatever is removed. Files in O(output_dir) have the
        whole outputs.
      - Where there is no room for an ID in several lists, it is in RV(outcomes). Of RV(failed_instance_ids) and
        RV(undelivered_instance_ids), the first are left, never none.
      - Outputs are cut while they arrive, so this option also limits the memory that the task needs.
      - In a job of AWX, the default is a tenth below what AWX takes, by the environment variable E(MAX_EVENT_RES) or,
        without it, the job's variables; elsewhere, results are not cut.
      - In a loop, each item has its own limit, but AWX measures the results of all items together. Divide the limit by
        the number of items.
    type: int
  fold_mask:
    description:
      - Whether nodes are in the same one of RV(groups) if their outputs differ only in the node's own ID, host name or
        address. C([instance_id]), C([instance_name]) and C([ip_address]) stand for these in RV(groups) and RV(msg).
      - Only what can be nothing else is masked. That is the ID; RV(invocations.instance_name), if it is a host name with its
        domain of at least two parts, such as C(web-1.example.com); of a name that EC2 gives, such as
        C(ip-10-0-0-7.ec2.internal), C(ip-10-0-0-7) or C(EC2AMAZ-0A1B2C3), also the part before the domain, and the
        address in it. Upper and lower case are the same.
      - Other names, such as C(web-1) or C(nginx), are not masked, nor are tags, nor parts of longer names and addresses.
      - RV(invocations) have the outputs as they are.
    type: bool
    default: true
  fail_on:
    description:
      - When the task fails. With V(any), it fails if any node did not succeed, or if there is no node at all; with
        V(command), if AWS reports a status other than Success for a command; with V(never), it does not fail because of
        the nodes.
      - With V(skipped), it fails as with V(any), and if a node skipped every step of the document, because of
        preconditions such as C(platformType). AWS calls that Success.
      - With V(truncated), it fails as with V(any), and if a node wrote, or may have written, more than the task could
        read. With O(full_output), that is output that its bucket or log group lacks. What O(result_max_bytes) cuts does
        not count.
      - Unless it is V(never), it also fails if AWS ended a command with another status than Success for no reason
        that a node shows, and if the outcome of a node is C(unlisted), C(unsent) or C(unknown).
    type: str
    choices: [any, command, never, skipped, truncated]
    default: any
  retry_undelivered:
    description:
      - The number of times to send the command again to nodes that AWS reports as unreachable (C(Undeliverable)), 0 to
        10.
      - The command is not sent again to nodes that timed out, because they may have run it, and to none if it was
        cancelled.
    type: int
    default: 0
  on_lost_response:
    description:
      - What to do if the response to the request was lost, because the connection broke or AWS returned an error 5xx, so
        that the command may have been accepted. The task first looks for the command in the list of commands for
        O(lost_response_timeout) seconds, and attaches to it if it finds it.
      - With V(fail), the task fails, and the nodes have the outcome C(unknown). The message contains a token that is in
        the comment of the command, if there is one.
      - With V(resend), it sends the request again, up to three times, unless the response was late or truncated, because
        then AWS has most likely accepted the request. If AWS lists a command later than that, nodes run it twice. In
        the end, the task looks for such commands, cancels them and fails.
    type: str
    choices: [fail, resend]
    default: fail
  lost_response_timeout:
    description:
      - The number of seconds for which to look for a command whose response was lost, 5 to 3600. It counts even if
        O(wait_timeout) is shorter.
      - A controller that is interrupted has less time.
    type: int
    default: 60
attributes:
  check_mode:
    support: full
    details: Sends nothing, and returns a result of the same shape, in which the nodes that the command would reach have
      the outcome C(not_sent). It fails where the task would, that is by O(fail_on) if there is no node, and if a node ID
      is not managed. With O(command_ids), the task reads results as usual, but cancels nothing.
  diff_mode:
    support: full
    details: Shows the request.
  idempotent:
    support: partial
    details: Each run sends the command once. With O(client_token), a run attaches to what an earlier one has sent. A run
      with O(command_ids) sends nothing.
notes:
  - In the output that is displayed with C(-v) and O(stream_output), and in the message, control characters and marks of
    text direction are shown as text, such as C([U+001B]), and colors are left out. Results and files have them as they
    are.
  - The task's C(async) is refused. Use O(wait=false), and attach later with O(command_ids).
  - Command IDs and progress are written to standard error, without buffering even if it is not a terminal. So they are
    available after the controller was killed, and standard output contains only what callbacks write.
  - Messages never show the value of a parameter of the document. With C(no_log), they show no output
    of a node and no message of AWS either, only its code; names of documents and options, and IDs of nodes and commands
    are still displayed.
  - The C(environment) of play, block and task applies as it does to modules, to all that the task does on the
    controller. It wins over the environment of the controller, and options win over both. Nodes do not get it.
  - Run Command stores the parameters of a command in clear text, and EventBridge events contain them. Keep secrets in
    Parameter Store and let the node read them.
  - The task itself repeats calls that AWS throttles or that get no response, at the rate that AWS allows, until
    O(wait_timeout). The retries in O(aws_config) and E(AWS_MAX_ATTEMPTS) do not apply; the timeouts in O(aws_config) do,
    which are 5 seconds to connect and 10 seconds to read by default.
  - Users who may call ListCommandInvocations can read the output of every command in the account and region.
  - "Required permissions: ssm:ListCommands and ssm:ListCommandInvocations; to send, ssm:SendCommand, with
    O(output_s3_bucket_name) ssm:SendCommand, with O(service_role_arn) iam:PassRole for ssm.amazonaws.com."
  - "Optional permissions: ssm:GetCommandInvocation, without which a stream is cut after 2,500 characters, and stdout
    and stderr may be mixed; ssm:DescribeDocument, without which the parameters and the nodes' platforms are not
    checked before sending; ssm:GetDocument, without which the values that a document of your own allows are not
    checked before sending; ssm:DescribeInstanceInformation, without which the nodes' platforms are not checked before
    sending, and check mode does not list the nodes; ssm:CancelCommand, without which commands go on when the task is
    interrupted or its time is over; s3:ListBucket and s3:GetObject with O(full_output), without which output in a
    bucket stays truncated; logs:GetLogEvents with O(full_output), without which output in a log group stays
    truncated; logs:FilterLogEvents with O(stream_output), without which lines are not shown while the command runs."
seealso:
  - module: ssmops.run_command.node_result
  - module: ssmops.run_command.send_command_policy
  - module: ssmops.run_command.managed_node_info
  - name: AWS Systems Manager Run Command
    description: Introduction to Run Command.
    link: https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - ssmops.run_command.requirements.aws
"""

EXAMPLES = r"""
- name: Get the uptime of every web server
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

- name: Run a script of the role on two nodes, and save their output to files
  ssmops.run_command.send_command:
    instance_ids:
      - i-0123456789abcdef0
      - i-0123456789abcdef1
    script: report.sh
    output_dir: reports

- name: Deploy once, though the workflow may run this task again
  ssmops.run_command.send_command:
    target_tags:
      Team: shop
    commands:
      - systemctl restart shop
    client_token: shop-deploy-4711

- name: Ask every web server for its kernel
  ssmops.run_command.send_command:
    target_tags:
      Role: web
    commands: uname -r
  register: kernels

- name: Show how many nodes have which kernel
  ansible.builtin.debug:
    msg: "{{ dict(kernels.groups | map(attribute='stdout') | zip(kernels.groups | map(attribute='count'))) }}"

- name: Attach to a command whose controller was killed
  ssmops.run_command.send_command:
    command_ids:
      - 11111111-2222-4333-8444-555555555555

- name: Send a document of your own and read the complete output from a bucket
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
  description: The IDs of the commands of the task, in the order in which they were sent.
  returned: when a command was sent or attached to, and in check mode
  type: list
  elements: str
  sample: [11111111-2222-4333-8444-555555555555]
commands:
  description: The commands as listed by AWS, without their parameters.
  returned: when a command was sent or attached to, and in check mode
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
    - The result of each node, by node ID.
    - A node that the task sent the command to again, because it was not reached, has its last result here, and the
      replaced ones in C(earlier).
    - A node with results of several commands has its worst result here, and all of them in C(by_command).
  returned: when a command was sent or attached to, and in check mode
  type: dict
  contains:
    instance_id:
      description: The ID of the node.
      type: str
      returned: always
      sample: i-0123456789abcdef0
    instance_name:
      description: The name of the node in Run Command.
      type: str
      returned: always
      sample: web-1
    command_id:
      description: The command of this result. Empty if no command was sent to the node, or if it is not known.
      type: str
      returned: always
      sample: 11111111-2222-4333-8444-555555555555
    status:
      description: The Status of the invocation.
      type: str
      returned: always
      sample: Failed
    status_details:
      description: The StatusDetails of the invocation.
      type: str
      returned: always
      sample: DeliveryTimedOut
    outcome:
      description:
        - The status details, spelled as in RV(summary).
        - V(unlisted) means that AWS does not list the node, though the command was sent to it and has ended.
        - V(unsent) means that the command was not sent to the node, because the wait was over or AWS refused the request.
        - V(unknown) means that the response to the request was lost, so that the node may run the command.
        - V(not_sent) means that the command would be sent to the node, in check mode. A node ID that is not managed is
          V(unsent) there.
        - V(terminated) includes nodes that the command was not sent to because of O(max_errors).
      type: str
      returned: always
      sample: delivery_timed_out
    rc:
      description: The exit code of the first step that did not exit with 0, or otherwise of the last step. -1 if no
        step ran.
      type: int
      returned: always
      sample: 0
    stdout:
      description:
        - The stdout of all steps, one after the other, as the scripts wrote it; each step begins on a new line.
        - What the SSM Agent adds to it is removed, because RV(invocations.truncated) and RV(invocations.rc) tell the
          same, that is C(--output truncated--) and the sentences after the exit codes 168 and 169 and after
          C(onFailure). Where AWS cuts the output in the middle of these words, the same characters of a script are
          removed too.
      type: str
      returned: always
      sample: "up 3 days\n"
    stderr:
      description:
        - "The stderr of all steps, one after the other, as the scripts wrote it. What the SSM Agent adds is removed: the
          same words as on stdout, and C(failed to run commands: exit status N)."
        - Why the agent could not run a step or the document is here too.
      type: str
      returned: always
      sample: ""
    stdout_lines:
      description: RV(invocations.stdout) as a list of lines.
      type: list
      elements: str
      returned: always
      sample: [up 3 days]
    started_at:
      description: When the first step started, in ISO 8601 format. Null if no step started.
      type: str
      returned: always
      sample: "2026-11-23T11:00:01+00:00"
    finished_at:
      description: When the last step ended, in ISO 8601 format. Null if no step ended.
      type: str
      returned: always
      sample: "2026-11-23T11:00:02+00:00"
    truncated:
      description: Whether the node wrote, or may have written, more than is returned here.
      type: bool
      returned: always
      sample: false
    output_urls:
      description: The S3 URLs of the output of the first step, as C(stdout) and C(stderr).
      type: dict
      returned: always
      sample: {}
    output_file:
      description: The file of the node in O(output_dir).
      type: str
      returned: when O(output_dir) is set, the node has finished and the file could be written
      sample: reports/i-0123456789abcdef0.txt
    plugins:
      description:
        - The steps of the document, each with its own stdout and stderr if there are several.
        - C(skipped) tells whether the agent did not run the step, because of a precondition or because an earlier step
          ended the document; its status is then C(Success).
      type: list
      elements: dict
      returned: always
      sample:
        - name: aws:runShellScript
          status: Success
          status_details: Success
          rc: 0
          skipped: false
          started_at: "2026-11-23T11:00:01+00:00"
          finished_at: "2026-11-23T11:00:02+00:00"
    digest:
      description: A digest of outcome, exit code, stdout and stderr as they are compared for RV(groups). Nodes with the same
        one are in the same group. Without O(fold_mask), it begins with C(plain-).
      type: str
      returned: always
      sample: 0e5751c026e543b2
    by_command:
      description: The results of the node by command ID, including this one, unless it is of a resend that may have run.
      type: dict
      returned: when the node has results of several commands
      sample: {}
    earlier:
      description: The results that this one replaced, oldest first.
      type: list
      elements: dict
      returned: when the task sent the command to the node again
      sample: []
groups:
  description:
    - The nodes folded by equal answers, which is the same outcome, exit code, stdout and stderr. Line ends do not matter,
      nor, with O(fold_mask), a node's own ID, host name and address.
    - The largest groups of failures come first, then the others by their size, 20 at most.
    - A node with results of several commands is in the group of its worst result.
  returned: when a command was sent or attached to, and in check mode
  type: list
  elements: dict
  contains:
    outcome:
      description: The outcome of the nodes, as in RV(invocations.outcome).
      type: str
      returned: always
      sample: failed
    rc:
      description: The exit code of the nodes, as in RV(invocations.rc).
      type: int
      returned: always
      sample: 3
    count:
      description: The number of nodes.
      type: int
      returned: always
      sample: 412
    instance_ids:
      description: The first 20 of the nodes, sorted. RV(invocations.digest) finds all.
      type: list
      elements: str
      returned: always
      sample: [i-0123456789abcdef0, i-0123456789abcdef1]
    stdout:
      description: The last 500 characters of the stdout of the nodes, without line ends at its end. Empty with C(no_log).
      type: str
      returned: always
      sample: ""
    stderr:
      description: The last 500 characters of the stderr of the nodes, likewise.
      type: str
      returned: always
      sample: "[instance_name]: disk full"
    truncated:
      description: Whether the nodes wrote, or may have written, more than is here.
      type: bool
      returned: always
      sample: false
    digest:
      description: As in RV(invocations.digest). Empty with C(no_log).
      type: str
      returned: always
      sample: 0e5751c026e543b2
groups_left_out:
  description: The number of groups that are not in RV(groups), and of their nodes.
  returned: when there are any
  type: dict
  sample:
    groups: 3
    nodes: 27
summary:
  description:
    - The number of nodes with each outcome, and the total.
    - C(unlisted) includes nodes that AWS counts as targets but does not list.
    - C(skipped) is the number of nodes that skipped every step of the document. Their outcome is C(success), so
      the total does not contain them a second time.
  returned: when a command was sent or attached to, and in check mode
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
    unlisted: 0
    unsent: 0
    unknown: 0
    not_sent: 0
    total: 2
    skipped: 0
summary_by_command:
  description: The number of invocations with each outcome, the total, and the invocations that skipped every step, by
    command ID.
  returned: when a command was sent or attached to, and in check mode
  type: dict
  sample:
    11111111-2222-4333-8444-555555555555:
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
      unlisted: 0
      unsent: 0
      unknown: 0
      not_sent: 0
      total: 2
      skipped: 0
failed_instance_ids:
  description: The nodes that did not succeed, sorted. In check mode, the node IDs that are not managed. If
    RV(result_cut.failed_instance_ids) is set, so many are only in RV(outcomes).
  returned: when a command was sent or attached to, and in check mode
  type: list
  elements: str
  sample: []
undelivered_instance_ids:
  description: The nodes that did not succeed because AWS could not reach them, or because they never responded, sorted.
    If RV(result_cut.undelivered_instance_ids) is set, so many are only in RV(outcomes).
  returned: when a command was sent or attached to, and in check mode
  type: list
  elements: str
  sample: []
lost_response:
  description: True if the response to SendCommand was lost, and the command may run on nodes that are not in
    RV(invocations), as O(instance_ids) did not name them.
  returned: when AWS does not list the command within O(lost_response_timeout)
  type: bool
  sample: true
nodes:
  description:
    - The managed nodes that the command would be sent to, sorted by ID.
    - Null if they were not listed, because O(resource_group) cannot be resolved before sending, because the caller may
      not list them, or because the task would attach to the commands with O(client_token).
  returned: in check mode, unless O(command_ids) is set
  type: list
  elements: dict
  sample:
    - instance_id: i-0123456789abcdef0
      name: web-1
      ping_status: Online
      platform_type: Linux
      agent_version: 3.3.2746.0
result_cut:
  description: What was removed because of O(result_max_bytes).
  returned: when something was cut
  type: dict
  contains:
    outputs:
      description: The number of outputs of which only the ends are left.
      type: int
      returned: always
      sample: 12
    plugins:
      description: Whether RV(invocations.plugins) were removed.
      type: bool
      returned: always
      sample: false
    invocations:
      description: The number of nodes that are not in RV(invocations).
      type: int
      returned: always
      sample: 0
    only_counted:
      description: The number of nodes that are neither in RV(invocations) nor in RV(outcomes).
      type: int
      returned: when there are any
      sample: 5000
    failed_instance_ids:
      description: The number of IDs that were removed from RV(failed_instance_ids).
      type: int
      returned: when there are any
      sample: 1200
    undelivered_instance_ids:
      description: The number of IDs that were removed from RV(undelivered_instance_ids).
      type: int
      returned: when there are any
      sample: 1200
    commands:
      description: The number of RV(commands) that were removed, with their RV(summary_by_command).
      type: int
      returned: when there are any
      sample: 400
    command_ids:
      description: The number of RV(command_ids) that were removed, which takes an O(result_max_bytes) that is too small
        for them.
      type: int
      returned: when there are any
      sample: 400
    groups:
      description: The number of RV(groups) that were removed.
      type: int
      returned: when there are any
      sample: 3
    nodes:
      description: The number of RV(nodes) that were removed.
      type: int
      returned: in check mode, when there are any
      sample: 2000
    diff:
      description: Whether the diff was removed.
      type: bool
      returned: when it was
      sample: true
  sample:
    outputs: 12
    plugins: false
    invocations: 0
outcomes:
  description: All nodes by outcome and exit code, about 25,000 of them in a job of AWX, or some 20,000 if their outputs
    make many RV(groups). If there are more, those that did not succeed; if these are more, the worst of them.
    RV(result_cut.only_counted) is the number of the others.
  returned: when RV(invocations) lacks nodes because of O(result_max_bytes)
  type: dict
  sample:
    success:
      "0": [i-0123456789abcdef0, i-0123456789abcdef1]
    failed:
      "3": [i-0123456789abcdef2]
msg:
  description: How many nodes succeeded, and the three largest groups of failures, each with the number of its nodes and
    the first of them, the exit code, the step that failed if the document has several, and the last line of stderr.
  returned: always
  type: str
  sample: "1 of 3 nodes succeeded (1 success, 2 failed). Failures: 2 nodes Failed rc=3 (disk full): i-0123456789abcdef1,
    i-0123456789abcdef2."
error:
  description: The code and the message of the AWS error.
  returned: when AWS rejected a call
  type: dict
  sample:
    code: AccessDeniedException
    message: "User: arn:aws:iam::123456789012:user/jo is not authorized to perform: ssm:SendCommand"
"""
