package io.quorate.cli.backup;

import picocli.CommandLine.Option;

/** What commands take that change a backup. */
final class TakeOverOption {
  @Option(
      names = "--take-over",
      description =
          "On object storage: work on the backup though another run seems to, for it was killed."
              + " Without this, that is waited for until it was not heard of for an hour. Were it"
              + " alive, it stops.")
  private boolean takeOver;

  /** Whether it was given. */
  boolean given() {
    return takeOver;
  }
}
