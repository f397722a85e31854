package io.quorate.raft;

/**
 * How much of a log is kept to be read by the next start.
 *
 * @param entries behind the snapshot
 * @param bytes of these entries, about as they are stored
 * @param snapshotIndex index of the newest snapshot; 0 if there is none
 * @param snapshotBytes of the state in it
 */
public record LogSize(long entries, long bytes, long snapshotIndex, long snapshotBytes) {
  public static final LogSize EMPTY = new LogSize(0, 0, 0, 0);
}
