#!/bin/sh
# What the demo runs on each node: a look at its disk, and an exit code that says whether that will do.
used=$(cat "$SANDBOX_NODE_DIRECTORY/disk_used" 2>/dev/null || echo 41)
sleep 1
if [ "$used" -ge 90 ]; then
  echo "the disk of $(hostname) is $used % full" >&2
  exit 3
fi
echo "the disk of $(hostname) is $used % full, that will do"
