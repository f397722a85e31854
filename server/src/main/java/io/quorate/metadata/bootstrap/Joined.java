package io.quorate.metadata.bootstrap;

import io.quorate.model.ClusterId;
import io.quorate.storage.IdentityStore.Identity;
import io.quorate.storage.RaftStore;

/**
 * This node belongs to a cluster, durably.
 *
 * @param identity this start's; it was durable before any other node heard of it
 * @param image what its metadata group goes on from
 */
public record Joined(Identity identity, ClusterId cluster, RaftStore.Image image) {}
