package io.quorate.cli.backup.cut;

import io.quorate.client.admin.BackupCut;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down how cuts are made. */
public final class RecordingListener implements CutMaker.Listener {
  private final List<String> told = new CopyOnWriteArrayList<>();

  /** What was told since the beginning, or since it was forgotten, in order. */
  public List<String> told() {
    return told;
  }

  /** Forgets what was told. */
  public void clear() {
    told.clear();
  }

  @Override
  public void making() {
    told.add("making");
  }

  @Override
  public void again(String why) {
    told.add("again: " + why);
  }

  @Override
  public void goesOn(BackupCut cut) {
    told.add("goes on with " + cut.id());
  }

  @Override
  public void beginsAgain(String why) {
    told.add("begins again: " + why);
  }

  @Override
  public void notEnded(long cut, String why) {
    told.add("cut " + cut + " not ended: " + why);
  }
}
