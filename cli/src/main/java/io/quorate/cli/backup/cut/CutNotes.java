package io.quorate.cli.backup.cut;

import io.quorate.client.admin.BackupCut;
import java.util.function.Consumer;

/** Tells people how a cut is made. */
public final class CutNotes implements CutMaker.Listener {
  private final Consumer<String> notes;
  private final boolean progress;

  /**
   * @param notes where sentences go
   * @param progress whether it is said that a cut is being made
   */
  public CutNotes(Consumer<String> notes, boolean progress) {
    this.notes = notes;
    this.progress = progress;
  }

  @Override
  public void making() {
    if (progress) {
      notes.accept("making the cut...");
    }
  }

  @Override
  public void again(String why) {
    notes.accept("the cut did not come about, and is made again: " + why);
  }

  @Override
  public void goesOn(BackupCut cut) {
    if (progress) {
      notes.accept(
          "going on with cut %d of an earlier run, as of %s".formatted(cut.id(), cut.asOf()));
    }
  }

  @Override
  public void beginsAgain(String why) {
    notes.accept("what an earlier run has left is not used, as " + why);
  }

  @Override
  public void notEnded(long cut, String why) {
    notes.accept(
        "warning: cut %d could not be ended (%s): the cluster ends it in a minute or two, or end it with quorate backup end-cut"
            .formatted(cut, why));
  }
}
