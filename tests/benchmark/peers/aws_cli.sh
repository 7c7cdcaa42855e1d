#!/bin/sh
# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Peer: the AWS CLI; send-command, then wait and get-command-invocation for each node, eight at a time.
# aws_cli.sh AWS FLEET, which calls itself for each node: aws_cli.sh AWS COMMAND_ID NODE
set -eu
aws=$1

if [ $# -eq 3 ]; then
  "$aws" ssm wait command-executed --command-id "$2" --instance-id "$3"
  exec "$aws" ssm get-command-invocation --command-id "$2" --instance-id "$3" --query "[InstanceId,Status]" --output text
fi

command_id=$("$aws" ssm send-command --document-name AWS-RunShellScript --targets "Key=tag:Fleet,Values=$2" \
  --parameters commands=work --max-concurrency 100% --query Command.CommandId --output text)
sleep 2
"$aws" ssm list-command-invocations --command-id "$command_id" --query 'CommandInvocations[].InstanceId' --output text |
  tr '\t' '\n' | grep '^i-' |
  xargs -P 8 -I NODE sh "$0" "$aws" "$command_id" NODE > "$RESULTS"
