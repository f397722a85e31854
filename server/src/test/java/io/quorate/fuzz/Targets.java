package io.quorate.fuzz;

import io.quorate.metadata.MetadataTargets;
import io.quorate.metadata.bootstrap.BootstrapTargets;
import io.quorate.migration.ReportTargets;
import io.quorate.raft.RaftMessageTarget;
import io.quorate.raft.RaftStepTarget;
import java.util.List;
import java.util.stream.Stream;

/** All targets; a new one is one line. */
final class Targets {
  static final List<FuzzTarget> ALL =
      Stream.of(
              List.of(RaftMessageTarget.create(), new RaftStepTarget()),
              MetadataTargets.create(),
              List.of(BootstrapTargets.create()),
              ReportTargets.create())
          .flatMap(List::stream)
          .toList();

  private Targets() {}

  static List<String> names() {
    return ALL.stream().map(FuzzTarget::name).toList();
  }
}
