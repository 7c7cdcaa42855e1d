#!/bin/sh
# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Peer: the AWS CLI; send-command, then wait and get-command-invocation for each node, eight at a time.
# aws_cli.sh AWS FLEET
set -eu
aws=$1
fleet=$2

command_id=$("$aws" ssm send-command --document-name AWS-RunShellScript --targets "Key=tag:Fleet,Values=$fleet" \
  --parameters commands=work --max-concurrency 100% --query Command.CommandId --output text)
sleep 2
"$aws" ssm list-command-invocations --command-id "$command_id" --query 'CommandInvocations[].InstanceId' --output text |
  tr '\t' '\n' | grep '^i-' |
  xargs -P 8 -I NODE sh -c '
    "$0" ssm wait command-executed --command-id "$1" --instance-id NODE &&
    "$0" ssm get-command-invocation --command-id "$1" --instance-id NODE --query "[InstanceId,Status]" --output text
  ' "$aws" "$command_id" > "$RESULTS"
