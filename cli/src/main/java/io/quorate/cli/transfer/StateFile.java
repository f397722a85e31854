package io.quorate.cli.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the progress of one import is kept, or nowhere. */
final class StateFile {
  private final @Nullable Path file;
  private final InputIdentity input;
  private final String target;

  /** What earlier runs got done; this run's figures are added to it. */
  private ImportState before;

  /** Where records are stored; null until the cluster has said it. */
  private @Nullable Destination destination;

  private boolean finished;

  StateFile(@Nullable Path file, InputIdentity input, String target) {
    this.file = file;
    this.input = input;
    this.target = target;
    this.before = new ImportState(input, target, null, 0, 0, 0);
  }

  /**
   * Takes up what an earlier run left.
   *
   * @return false if it left nothing
   * @throws IOException if what it left belongs to another input, or to another import
   */
  boolean resume() throws IOException {
    if (file == null || !Files.exists(file)) {
      return false;
    }
    ImportState found = ImportState.read(file);
    if (!found.input().equals(input)) {
      throw new IOException(
          "the input has changed since the import that "
              + file
              + " tells of (size, time of change or beginning differ): remove that file and import"
              + " from the start");
    }
    if (!found.target().equals(target)) {
      throw new IOException(
          "%s tells of an import with %s, not with %s: give the same options, or remove that file"
              .formatted(file, found.target(), target));
    }
    before = found;
    return true;
  }

  /**
   * Tells where records are stored from now on.
   *
   * @throws IOException if those of earlier runs are not there: to go on would leave them out
   */
  void storesIn(Destination here) throws IOException {
    Destination earlier = before.destination();
    if (before.line() > 0 && !here.equals(earlier)) {
      throw new IOException(
          file + " " + whyNotHere(earlier, here) + ": remove that file and import from the start");
    }
    destination = here;
  }

  private static String whyNotHere(@Nullable Destination earlier, Destination here) {
    if (earlier == null) {
      return "was written by an earlier release, and does not say in which cluster records are"
          + " stored";
    }
    return earlier.cluster().equals(here.cluster())
        ? "tells of records that are gone: the tenant was truncated since, or dropped and created"
            + " again"
        : "tells of records that are stored in another cluster, with the id "
            + earlier.cluster()
            + ", and not in this one, with the id "
            + here.cluster();
  }

  /** The line that earlier runs got to. */
  long line() {
    return before.line();
  }

  /** Bad lines that earlier runs reported. */
  long bad() {
    return before.bad();
  }

  synchronized void save(Importer.Progress progress) throws IOException {
    if (file != null && !finished) {
      new ImportState(
              input,
              target,
              destination,
              progress.line(),
              before.stored() + progress.stored(),
              before.bad() + progress.bad())
          .write(file);
    }
  }

  /** All is done: nothing is left to go on with. */
  synchronized void finish() throws IOException {
    finished = true;
    if (file != null) {
      Files.deleteIfExists(file);
    }
  }

  /** How a person goes on after a run that stopped. */
  String hint() {
    return file == null
        ? "; nothing was kept to go on from (give --state FILE for that)"
        : "; run the same command with --resume to go on (" + file + ")";
  }
}
