package io.quorate.sim.run;

import java.util.List;

/** Windows of batches in which backups are restored into tenants that exist. */
final class RestoreWindows {
  static final List<Demand> DEMANDS =
      List.of(
          Demand.always(
              "refused as closed",
              "restore: begun",
              "restore: finished",
              "restore: given up",
              "restore: given up at any time",
              "restore: given up before it was begun",
              "restore: given up while it stored",
              "restore: given up with what was stored",
              "restore: given up, and ended while the next one went on",
              "restore: node killed while it looked",
              "restore: read",
              "restore: read while nodes come and go",
              "restore: refused, for there are keys",
              "restore: written where the closing was not heard of",
              "restored under another epoch"));

  private RestoreWindows() {}
}
