package io.quorate.model;

import java.util.Arrays;

/**
 * The number that each format of bytes begins with, by cluster version. Disks, logs, snapshots and
 * other nodes get the number that the cluster's version has here, and a node reads the numbers of
 * all versions that its release works at.
 *
 * <p>A number that is in a release never changes. A new layout gets a number of its own in the
 * column of a new cluster version, so that no node writes it before all nodes can read it. Messages
 * between nodes that are not in this table are protobuf messages, which grow by fields; two nodes
 * speak the highest protocol that both know, whatever the cluster's version is.
 */
@SuppressWarnings("ImmutableEnumChecker") // nothing changes the numbers
public enum ByteFormat {
  /** A command in the metadata log, and on its way to the leader. Version 2: names, regions. */
  COMMAND(10, 11),
  /** The replicated state within a metadata snapshot. Version 2: names, regions. */
  CLUSTER_STATE(11, 12),
  /** The decisions that a metadata snapshot keeps beside the state. */
  METADATA_STATE(4),
  /** The snapshot that a member hands to a newcomer. */
  GENESIS(1),
  /** A message of Raft. */
  RAFT_MESSAGE(1),
  /** Voters and learners of a group that was never recovered. */
  MEMBERSHIP(1),
  /** Voters and learners of a group that was recovered after the loss of its majority. */
  RECOVERED_MEMBERSHIP(2),
  /** A command in the log of the group that keeps locks. */
  LOCK_COMMAND(1),
  /** What a snapshot of that group holds. */
  LOCK_TABLE(1),
  /** What a node tells the leader about moves. */
  MOVE_REPORT(2),
  /**
   * What a node tells the leader about purges. Version 2: replicas by region. It goes the same way
   * as {@link #MOVE_REPORT}, and has none of its numbers.
   */
  PURGE_REPORT(1, 3),
  /** What a node tells the leader about a cut; likewise. */
  CUT_REPORT(4),
  /** A record on disk, in hints and between nodes. */
  RECORD(1),
  /** The same with siblings; of tenants that a cluster has from version 2 on. */
  SIBLING_RECORD(2),
  /** The same with fields that are merged; likewise. */
  CRDT_RECORD(3),
  /** The same with a register and the ballot of its acceptor; likewise. */
  REGISTER_RECORD(4),
  /** The same with a mark of a lock before it; written from version 2 on. */
  MARKED_RECORD(5),
  /** A map of fields, which is the value of a linearizable key, and which clients read. */
  FIELD_MAP(1),
  /** The keys of the database of a node, which go with it. */
  DATABASE(1),
  /** The keys of a database whose records were copied to a family of their own after damage. */
  RENEWED_DATABASE(2),
  /** The keys of a database that may hold encrypted values, in whatever family. */
  ENCRYPTED_DATABASE(3),
  /** An encrypted value on disk, in the place of a record: no record begins with this number. */
  SEALED_RECORD(255),
  /** Where the next page of a scan begins, as a client hands it back. Version 2: the tenant. */
  SCAN_CURSOR(1, 3),
  /** The same of a scan in reverse; given out from version 2 on. */
  REVERSE_SCAN_CURSOR(2),
  /**
   * The hash tree that a node leaves to its next start. Version 2: how many keys tenants have, and
   * which entries of the log it has.
   */
  LEFT_TREE(2, 3),
  /** What writes change of hash trees since; written from version 2 on. */
  TREE_LOG(1),
  /** The files of a backup, which the command line writes and reads. */
  BACKUP(1),
  /** Those of a backup that has changes only, and stands on another one. */
  INCREMENTAL_BACKUP(2);

  private final int[] numbers;

  /**
   * @param numbers by cluster version, from 1 on; the last one holds for all later versions
   */
  ByteFormat(int... numbers) {
    this.numbers = numbers;
  }

  /** The number that is written at a cluster version. */
  public int at(int clusterVersion) {
    return numbers[Math.min(clusterVersion, numbers.length) - 1];
  }

  /** The number of a format that is written alike at all versions. */
  public int only() {
    Invariant.hold(numbers.length == 1, "format %s has the numbers %s", this, toText());
    return numbers[0];
  }

  /** Whether a node whose release works at cluster versions up to this one reads a number. */
  public boolean isReadAt(int newestVersion, int number) {
    for (int version = 1; version <= Math.min(newestVersion, numbers.length); version++) {
      if (at(version) == number) {
        return true;
      }
    }
    return false;
  }

  private String toText() {
    return Arrays.toString(numbers);
  }
}
