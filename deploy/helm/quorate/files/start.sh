#!/usr/bin/env bash
# Starts the node of a pod of the StatefulSet; all it needs to know is in the environment.
set -euo pipefail

# The first pods form the cluster, once. Those with higher numbers join it.
if [ "${POD_NAME##*-}" -ge "$INITIAL_NODES" ]; then
  export QUORATE_CLUSTER_JOIN=$JOIN_AS
  # The secret may be there only while a node joins.
  if [ -s "$JOIN_TOKEN_FILE" ]; then
    export QUORATE_CLUSTER_JOIN_TOKEN_FILE=$JOIN_TOKEN_FILE
  fi
fi

# From the init container, or from a label of the pod. Labels may have capitals, and zones may not.
zone=$ZONE_OF_POD
if [ -s "$ZONE_FILE" ]; then
  zone=$(<"$ZONE_FILE")
fi
export QUORATE_NODE_ZONE=${zone:-$ZONE_DEFAULT}
QUORATE_NODE_ZONE=${QUORATE_NODE_ZONE,,}

exec quorate server --config "$CONFIG_FILE"
