package io.quorate.replication.coordinator.operation;

import io.quorate.version.Version;
import java.util.HashSet;
import java.util.Set;

/**
 * Versions stamped here whose writes are not acknowledged yet, and which of them readers have been
 * shown. A write shown and then stamped again is seen twice, which the promise allows and counts
 * (docs/design/consistency.md#f12); reads through other coordinators are not known here.
 */
public final class Unanswered {
  /** Only looked up. */
  private final Set<Version> stamped = new HashSet<>();

  private final Set<Version> shown = new HashSet<>();

  /** A record is stamped, and is acknowledged by no replica yet. */
  public void stamped(Version version) {
    stamped.add(version);
  }

  /** A reader is shown a record, which may be one that is not acknowledged. */
  public void shown(Version version) {
    if (stamped.contains(version)) {
      shown.add(version);
    }
  }

  /** The version is acknowledged, given up or replaced; whether it had been shown to a reader. */
  public boolean ended(Version version) {
    stamped.remove(version);
    return shown.remove(version);
  }
}
