package io.quorate.migration;

import io.quorate.cluster.Command.MoveStep;
import io.quorate.model.NodeId;

/** Something that the driver of moves has asked for, or noticed. */
public sealed interface MoveFact {

  /** The leader has planned where this number of partitions goes. */
  record Planned(int partitions) implements MoveFact {}

  /** A partition is to take a step. */
  record Stepped(MoveStep.Kind kind) implements MoveFact {}

  /** A partition is to cut over though so many of its new replicas lack what they must have. */
  record Excused(int replicas) implements MoveFact {}

  /** A node was given up for now. */
  record GivenUp(NodeId node) implements MoveFact {}

  /** A node that was given up has caught up. */
  record CaughtUp(NodeId node) implements MoveFact {}

  /** A node that was to leave has nothing any more. */
  record Left(NodeId node) implements MoveFact {}

  /** A barrier has waited long for a node that is heard. Told once, until it waits no more. */
  record Overdue(NodeId node, int partitions) implements MoveFact {}
}
