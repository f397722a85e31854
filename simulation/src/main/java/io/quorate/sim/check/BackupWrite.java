package io.quorate.sim.check;

import io.quorate.sim.check.BackupChecker.Name;
import io.quorate.version.Hlc;
import io.quorate.version.Version;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A write of a session, whose key backups have. */
public final class BackupWrite {
  /** Of a value that stays. */
  static final long NEVER = Long.MAX_VALUE;

  /** Of a deletion. */
  static final long AT_ONCE = 0;

  private final Name name;
  private final String value;

  /** What its writer had seen. */
  private final Map<Name, Version> seen;

  /** When the key has nothing any more, by a clock that is right. */
  private final long endsAtMillis;

  /** Null unless it was acknowledged. */
  private @Nullable Version version;

  BackupWrite(Name name, String value, Map<Name, Version> seen, long endsAtMillis) {
    this.name = name;
    this.value = value;
    this.seen = seen;
    this.endsAtMillis = endsAtMillis;
  }

  public Name name() {
    return name;
  }

  /** As no other write has it; empty for a deletion. */
  public String value() {
    return value;
  }

  Map<Name, Version> seen() {
    return seen;
  }

  void acknowledge(Version by) {
    version = by;
  }

  /**
   * Whether at a time the key may have nothing for this write, where an earlier one was seen.
   *
   * @param behindMillis how far behind any clock ever was, as a negative number
   */
  boolean mayEnd(Version earlier, long time, long behindMillis) {
    Version mine = version;
    return endsAtMillis != NEVER
        && endsAtMillis + behindMillis <= Hlc.millis(time)
        && (mine == null
            || (!earlier.isAfter(mine) && Long.compareUnsigned(mine.hlc(), time) <= 0));
  }
}
