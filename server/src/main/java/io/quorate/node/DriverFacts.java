package io.quorate.node;

import io.quorate.cluster.Command.MoveStep;
import io.quorate.migration.MoveFact;
import io.quorate.model.NodeId;
import io.quorate.purge.PurgeFact;
import io.quorate.replication.fact.Fact;

/** What the drivers on the metadata leader did, as the node tells it. */
final class DriverFacts {
  private DriverFacts() {}

  static Fact of(PurgeFact fact) {
    return new Fact.PurgeRound(
        switch (fact) {
          case OPENED -> Fact.PurgeStep.OPENED;
          case CONFIRMED -> Fact.PurgeStep.CONFIRMED;
          case UNEQUAL -> Fact.PurgeStep.UNEQUAL;
          case EQUAL_AFTER_ALL -> Fact.PurgeStep.EQUAL_AFTER_ALL;
          case LOOKED_AT_AGAIN -> Fact.PurgeStep.LOOKED_AT_AGAIN;
          case ABANDONED -> Fact.PurgeStep.ABANDONED;
        });
  }

  static Fact of(MoveFact fact) {
    return switch (fact) {
      case MoveFact.Planned planned -> new Fact.ChangeStepped(Fact.ChangeStep.PLANNED);
      case MoveFact.Stepped(MoveStep.Kind kind) ->
          new Fact.ChangeStepped(
              switch (kind) {
                case BEGIN -> Fact.ChangeStep.BEGUN;
                case CUT_OVER -> Fact.ChangeStep.CUT_OVER;
                case FINISH -> Fact.ChangeStep.FINISHED;
                case END -> Fact.ChangeStep.ENDED;
              });
      case MoveFact.Excused excused -> new Fact.ChangeStepped(Fact.ChangeStep.CUT_OVER_WITHOUT_ALL);
      case MoveFact.Left left -> new Fact.ChangeStepped(Fact.ChangeStep.NODE_LEFT);
      case MoveFact.GivenUp(NodeId node) -> new Fact.MarkedDown(node, true);
      case MoveFact.CaughtUp(NodeId node) -> new Fact.MarkedDown(node, false);
      case MoveFact.Overdue(NodeId node, int partitions) ->
          new Fact.BarrierOverdue(node, partitions);
    };
  }
}
