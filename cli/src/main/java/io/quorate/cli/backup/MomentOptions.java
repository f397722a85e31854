package io.quorate.cli.backup;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether something is to be read as of one moment over all keys, and as of which. */
public final class MomentOptions {
  @Option(
      names = "--exact",
      description = {
        "Make it one moment over all keys: all that was acknowledged or read at QUORUM up to then"
            + " is in it, nothing later is, and for each write all that its session had seen"
            + " before. That is of tenants with model LAST_WRITE_WINS; a backup has tenants of"
            + " other models key by key, as they were while the moment was made, and an export"
            + " has none of them. At nodes that are all up. The user needs the right maintenance,"
            + " too."
      })
  private boolean exact;

  @Option(
      names = "--as-of",
      paramLabel = "TIME",
      converter = Moments.class,
      description = {
        "Make it exact, as of a moment that has passed: a time such as 2026-11-27T22:10:00Z, or how"
            + " long ago, such as 5m. Of tenants only that have kept a history for so long: see"
            + " quorate tenant alter --history."
      })
  private @Nullable Instant asOf;

  /** Whether it is to be one moment. */
  public boolean isExact() {
    return exact || asOf != null;
  }

  /** That moment, if it has passed; null: the cluster chooses one, or it is to be none. */
  public @Nullable Instant asOf() {
    return asOf;
  }
}
