package io.quorate.metadata;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.model.Release;
import io.quorate.raft.Entry;
import io.quorate.raft.Reader;
import io.quorate.raft.Snapshot;
import org.jspecify.annotations.Nullable;

/** Says what this release cannot read of a leader's messages, before Raft takes them over. */
final class ReleaseReader implements Reader {
  private final Release release;
  private final SnapshotReader snapshots;
  private final Publication publication;

  ReleaseReader(Release release, SnapshotReader snapshots, Publication publication) {
    this.release = release;
    this.snapshots = snapshots;
    this.publication = publication;
  }

  @Override
  public @Nullable String refusalOf(Snapshot snapshot) {
    return snapshots.refusalOf(snapshot, publication.published(), release);
  }

  @Override
  public @Nullable String refusalOf(Entry entry) {
    try {
      NumberedCommand unused = NumberedCommand.decode(entry.payload(), release.newest());
      return null;
    } catch (MalformedBytesException unreadable) {
      return String.valueOf(unreadable.getMessage());
    }
  }
}
