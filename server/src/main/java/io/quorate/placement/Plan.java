package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.List;

/** What the planner came to. */
public record Plan(List<List<NodeId>> assignment) {
  public Plan {
    assignment = assignment.stream().map(List::copyOf).toList();
  }
}
