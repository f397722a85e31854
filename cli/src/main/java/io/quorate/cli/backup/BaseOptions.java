package io.quorate.cli.backup;

import io.quorate.cli.backup.create.BaseChoice;
import io.quorate.cli.backup.file.BaseEntry;
import io.quorate.cli.backup.store.FileNames;
import io.quorate.cli.command.ClusterOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** On which backup a new one is based. */
final class BaseOptions {
  @Option(
      names = "--base",
      paramLabel = "NAME",
      description =
          "Keep only what the finished backup of this name, in the same place, does not have. It"
              + " may itself be based on another one.")
  private @Nullable String name;

  @Option(
      names = "--incremental",
      description =
          "The same, with the newest backup of the cluster that is in the place; one with all"
              + " contents if there is none.")
  private boolean incremental;

  @Option(
      names = "--full-after",
      paramLabel = "N",
      description =
          "With --incremental: make one with all contents when N backups have been based on the"
              + " last such one, each on the one before. Default and most: "
              + BaseEntry.CHAIN_MAX)
  private @Nullable Integer fullAfter;

  /** Whether a backup is chosen by itself. */
  boolean isIncremental() {
    return incremental;
  }

  /**
   * Returns what was given.
   *
   * @throws ParameterException if it cannot be
   */
  BaseChoice choice(ClusterOptions cluster) {
    if (name != null && incremental) {
      throw cluster.usage("--base and --incremental: give one of them");
    }
    if (fullAfter != null && !incremental) {
      throw cluster.usage("--full-after is of --incremental: give that, too, or leave it out");
    }
    int chainMax = fullAfter == null ? BaseEntry.CHAIN_MAX : fullAfter;
    if (chainMax < 1 || chainMax > BaseEntry.CHAIN_MAX) {
      throw cluster.usage("--full-after %d: give 1 to %d".formatted(chainMax, BaseEntry.CHAIN_MAX));
    }
    if (name == null) {
      return incremental ? new BaseChoice.Newest(chainMax) : new BaseChoice.None();
    }
    if (!FileNames.isBackup(name)) {
      throw cluster.usage("--base: give the name of a backup in the place that --to names");
    }
    return new BaseChoice.Named(name);
  }
}
