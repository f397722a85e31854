package io.quorate.version;

/**
 * What replicas say of a record instead of sending it: enough to tell whether both hold the same,
 * and, as far as the model of the record can tell by it, which has more. {@link
 * RecordModel#compare} compares summaries.
 *
 * <p>A version alone would not be enough even where the last write wins. Two records have the same
 * version when a data directory was copied and both copies run, or when a virtual machine was set
 * back: then its boot counter is used twice.
 *
 * @param version {@link Record#version}
 * @param hash {@link Record#contentHash}
 */
public record Summary(Version version, long hash) {
  @Override
  public String toString() {
    return version + "#" + Long.toHexString(hash);
  }
}
