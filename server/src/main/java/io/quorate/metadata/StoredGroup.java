package io.quorate.metadata;

import io.quorate.storage.RaftStore;

/**
 * A node's part of the metadata group on disk.
 *
 * @param image what was durable at this start; it holds at least a genesis
 * @param store takes what becomes durable from then on
 */
public record StoredGroup(RaftStore.Image image, RaftStore store) {}
