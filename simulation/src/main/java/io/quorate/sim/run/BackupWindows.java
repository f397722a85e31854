package io.quorate.sim.run;

import java.util.List;

/** Windows of batches in which backups are taken. */
final class BackupWindows {
  static final List<Demand> DEMANDS =
      List.of(
          Demand.always(
              "OfBackup",
              "armed too late",
              "backup: exact made",
              "backup: exact made amid faults",
              "backup: exact made of all models",
              "backup: exact made while nodes come and go",
              "backup: exact refused",
              "backup: exact void",
              "backup: fuzzy made",
              "backup: fuzzy made amid faults",
              "backup: fuzzy made of all models",
              "backup: past made",
              "backup: past made amid faults",
              "backup: past made while nodes come and go",
              "backup: past refused",
              "backup: past void",
              "came late for cut",
              "cut: armed again",
              "cut: closed",
              "cut: ended",
              "cut: sealed",
              "cut: taken up",
              "cut: void",
              "history: asked too early",
              "history: begun",
              "history: begun again",
              "history: copied",
              "history: forgotten",
              "history: kept",
              "history: kept expired",
              "history: kept late",
              "history: kept while copying",
              "history: taken",
              "image fixed",
              "images differed",
              "kept for cut",
              "refused below cut",
              "waited for seal"),
          Demand.often("backup: past gone", "image void"));

  private BackupWindows() {}
}
