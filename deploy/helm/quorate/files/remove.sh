#!/usr/bin/env bash
# Takes nodes out of the cluster, one after the other, and waits until others have their replicas and
# they have left. A node that is no member is left alone, so this can be repeated.
set -euo pipefail

is_member() {
  local status
  status=$(quorate cluster status --json) || exit
  [[ $status == *"\"$1\""* ]]
}

for address in $REMOVE; do
  if is_member "$address"; then
    quorate cluster remove "$address" --yes
    while is_member "$address"; do sleep 1; done
  else
    echo "$address is no member"
  fi
done
