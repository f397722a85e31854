package io.quorate.storage.memory;

/** The groups of Raft that a node has a part in. */
enum RaftGroup {
  METADATA,
  LOCKS
}
