package io.quorate.replication.api;

import io.quorate.version.Version;
import org.jspecify.annotations.Nullable;

/**
 * What the answer to a read must not be below, for the client's session has seen it
 * (docs/design/sessions.md).
 *
 * @param version that the key had; null: the session names none for this key
 * @param hlc a quorum holds all other versions of the key that the session has seen, and none of
 *     them is above this hybrid time; 0: there are none
 */
public record Minimum(@Nullable Version version, long hlc) {
  /** The key had this version. */
  public static Minimum of(Version version) {
    return new Minimum(version, 0);
  }

  /** A quorum holds what the session has seen of the key, and nothing of that is above a time. */
  public static Minimum upTo(long hlc) {
    return new Minimum(null, hlc);
  }
}
