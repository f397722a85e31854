package io.quorate.cli.transfer;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Which tenant records are stored in: a name alone may be that of another one by now.
 *
 * @param cluster id of the cluster
 * @param tenant id of the tenant, another one after it was truncated, or dropped and created again
 */
record Destination(
    @JsonProperty("cluster") String cluster, @JsonProperty("tenant_id") int tenant) {}
