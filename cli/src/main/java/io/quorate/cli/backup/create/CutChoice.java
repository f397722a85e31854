package io.quorate.cli.backup.create;

import io.quorate.cli.backup.cut.CutMaker;
import io.quorate.cli.backup.cut.LeftCut;
import io.quorate.cli.backup.file.AskedCut;
import io.quorate.cli.backup.file.ExactEntry;
import io.quorate.cli.backup.file.Progress;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.command.Patience;
import io.quorate.client.admin.BackupCut;
import io.quorate.client.admin.Backups;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the cut that an exact backup is read from: that of an earlier run that was killed, if it
 * is of the same tenants and of the moment that is asked for, or a new one.
 */
final class CutChoice {
  private static final String OTHER_TENANTS =
      "it is of other tenants, or one was truncated or created again since";

  private final BackupStore store;
  private final Backups backups;
  private final CutMaker cuts;
  private final CutMaker.Listener listener;

  /**
   * @param store of the backup
   */
  CutChoice(BackupStore store, Backups backups, CutMaker cuts, CutMaker.Listener listener) {
    this.store = store;
    this.backups = backups;
    this.cuts = cuts;
    this.listener = listener;
  }

  /**
   * Whether the cut that an earlier run was reading is gone on with; else it is ended, as nothing
   * else would.
   *
   * @param fresh what a backup of now begins with
   * @param asOf the moment that is asked for; null: one that the cluster chooses
   */
  boolean goesOn(Progress left, Progress fresh, @Nullable Instant asOf, Patience patience)
      throws InterruptedException {
    ExactEntry begun = left.exact();
    if (begun == null) {
      return false;
    }
    LeftCut cut = LeftCut.of(begun, backups, patience);
    BackupCut readable = cut.readable();
    String objection = left.tenants().equals(fresh.tenants()) ? cut.objection(asOf) : OTHER_TENANTS;
    if (readable != null) {
      cuts.goOn(readable);
    }
    if (readable != null && objection == null) {
      listener.goesOn(readable);
      return true;
    }
    cuts.end();
    listener.beginsAgain(objection == null ? "its cut has ended" : objection);
    return false;
  }

  /**
   * Returns the cut that a killed run asked for, or makes a new one; the caller ends it.
   *
   * @param left by that run; null if there was none
   * @param fresh what a backup of now begins with; it is put into the store with what is asked for
   * @param tenants names
   * @param asOf the moment that is asked for; null: one that the cluster chooses
   */
  BackupCut make(
      @Nullable Progress left,
      Progress fresh,
      List<String> tenants,
      @Nullable Instant asOf,
      Patience patience)
      throws IOException, InterruptedException {
    AskedCut asked = left == null ? null : left.asked();
    if (left != null && asked != null) {
      String objection = objection(left, asked, fresh, asOf);
      if (objection == null) {
        BackupCut readable = cuts.takeOver(asked, patience);
        if (readable != null) {
          return readable;
        }
      } else {
        cuts.end(asked, patience);
        listener.beginsAgain(objection);
      }
    }
    return cuts.make(
        tenants,
        asOf,
        patience,
        each -> fresh.with(each).put(store),
        new KilledBackups(store, fresh.clusterId()));
  }

  /** Returns why the cut that an earlier run asked for is of no use to this one; null if it is. */
  private static @Nullable String objection(
      Progress left, AskedCut asked, Progress fresh, @Nullable Instant asOf) {
    if (!left.tenants().equals(fresh.tenants())) {
      return OTHER_TENANTS;
    }
    return asked.isAsOf(asOf) ? null : "another moment is asked for";
  }
}
