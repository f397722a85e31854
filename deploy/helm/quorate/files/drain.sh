#!/usr/bin/env bash
# Takes the node of this pod out of service before Kubernetes stops it. What is not done in time is
# left to the node, which does as much as it can when it gets SIGTERM.
set -uo pipefail

# A pod that was restarted just before has what it missed before this one goes, too.
timeout "$((HINTS_SECONDS + 5))" quorate hints wait --for "${HINTS_SECONDS}s" ||
  echo "going on without" >&2
exec timeout "$((DRAIN_SECONDS + 5))" quorate node drain "$QUORATE_NODE_ADDRESS" --for "${DRAIN_SECONDS}s"
