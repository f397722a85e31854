package io.quorate.sim.run;

import java.util.List;

/** Windows of batches in which a member's streams lie about the future. */
final class LiarWindows {
  static final List<Demand> DEMANDS =
      List.of(
          Demand.always(
              "fault: liar",
              "liar: clock ahead, arrived",
              "liar: clock, arrived",
              "liar: clock, not followed",
              "liar: cut off",
              "liar: cut off while it lies, and nothing else goes wrong",
              "liar: epoch ahead, arrived",
              "liar: epoch, arrived",
              "liar: epoch, refused",
              "liar: far report, arrived",
              "liar: far snapshot of locks, arrived",
              "liar: far snapshot, arrived",
              "liar: far snapshot, refused",
              "liar: far term of locks, arrived",
              "liar: far term, arrived",
              "liar: far term, refused",
              "liar: let in again",
              "liar: others decided soon",
              "liar: restarted",
              "liar: stamp, arrived",
              "liar: stamp, refused",
              "liar: term ahead of locks, arrived",
              "liar: term ahead, arrived",
              "liar: version ahead, arrived"));

  private LiarWindows() {}
}
