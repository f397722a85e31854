package io.quorate.cli.backup.create;

import io.quorate.cli.backup.run.RunLimits;
import io.quorate.cli.output.ShellWord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which backup is to be made.
 *
 * @param name of the backup
 * @param tenants names; empty: all
 * @param exact whether it is to be one moment over all keys
 * @param asOf that moment, if it has passed; null: the cluster chooses one
 * @param base on which backup it is to be based
 * @param options others of the command, for commands that take its place, as a shell takes them:
 *     each after a blank
 */
public record BackupRequest(
    String name,
    List<String> tenants,
    boolean exact,
    @Nullable Instant asOf,
    BaseChoice base,
    RunLimits limits,
    String options) {
  public BackupRequest {
    tenants = List.copyOf(tenants);
  }

  /** Returns what to do if the backup stops. */
  String goOn() {
    if (asOf != null) {
      return again() + ", and it begins again, as of the same moment";
    }
    return exact
        ? again() + ", and it begins again, as of a new moment"
        : "what is finished is kept: " + again() + " to go on";
  }

  /** Returns what to do if a cut may have been begun: the next run makes the same request. */
  String goOnWithCut() {
    return again() + ", and it goes on with the same cut";
  }

  /** A run for other tenants or of another moment would begin another backup. */
  private String again() {
    StringBuilder options = new StringBuilder();
    if (asOf != null) {
      options.append(" --as-of ").append(asOf);
    } else if (exact) {
      options.append(" --exact");
    }
    tenants.forEach(tenant -> options.append(" --tenant ").append(ShellWord.of(tenant)));
    return "run it again with%s --name %s".formatted(options, name);
  }
}
