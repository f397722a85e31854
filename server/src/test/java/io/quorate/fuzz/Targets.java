package io.quorate.fuzz;

import io.quorate.raft.RaftMessageTarget;
import io.quorate.raft.RaftStepTarget;
import java.util.List;

/** All targets; a new one is one line. */
final class Targets {
  static final List<FuzzTarget> ALL = List.of(RaftMessageTarget.create(), new RaftStepTarget());

  private Targets() {}

  static List<String> names() {
    return ALL.stream().map(FuzzTarget::name).toList();
  }
}
