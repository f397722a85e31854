package io.quorate.migration;

import io.quorate.cluster.Command.MoveStep;
import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.EventLog;
import io.quorate.event.Tally;
import io.quorate.event.Unmetered;
import io.quorate.model.NodeId;

/** Something that the driver of moves has asked for, or noticed; told where the driver is. */
public sealed interface MigrationEvent extends Event {
  Counter STEPS =
      Counter.of(
              "quorate.change.steps",
              "Steps of changes of the topology, counted by the node that leads the metadata group")
          .by("step", (Object[]) Step.values());

  Counter OVERDUE =
      Counter.of(
          "quorate.change.overdue",
          "Times that a step of a partition on the move waited long for a node that is up");

  /** Steps of a change, most of them of one partition. */
  enum Step {
    /** It was planned where partitions go. */
    PLANNED,
    /** That failed. */
    PLAN_FAILED,
    /** A partition set out. */
    BEGUN,
    /** Reads ask the new set. */
    CUT_OVER,
    /** Reads ask the new set though some of it lack what they must have, for they are down. */
    CUT_OVER_WITHOUT_ALL,
    /** A partition has arrived, or is back. */
    FINISHED,
    /** What it left behind is handed over. */
    ENDED,
    /** A node has left the cluster. */
    NODE_LEFT
  }

  /** The leader has planned where this number of partitions goes. */
  record Planned(int partitions) implements MigrationEvent {
    @Override
    public void count(Tally tally) {
      tally.add(STEPS, 1, Step.PLANNED);
    }
  }

  /**
   * It could not be planned where partitions go; that is tried again.
   *
   * @param again whether that was told of this wish before
   */
  record PlanFailed(long wishedAt, RuntimeException why, boolean again) implements MigrationEvent {
    private static final String LINE =
        "change {} of the topology cannot be planned, so nothing moves for it: {}. 'quorate cluster"
            + " cancel' calls it off";

    @Override
    public void count(Tally tally) {
      tally.add(STEPS, 1, Step.PLAN_FAILED);
    }

    /** The first line has the stack: nothing else says where a plan fails. */
    @Override
    public void tell(EventLog log) {
      if (again) {
        log.error(LINE, wishedAt, why.toString());
      } else {
        log.error(LINE, wishedAt, why.toString(), why);
      }
    }
  }

  /** A partition is to take a step. */
  record Stepped(MoveStep.Kind kind) implements MigrationEvent {
    public Step step() {
      return switch (kind) {
        case BEGIN -> Step.BEGUN;
        case CUT_OVER -> Step.CUT_OVER;
        case FINISH -> Step.FINISHED;
        case END -> Step.ENDED;
      };
    }

    @Override
    public void count(Tally tally) {
      tally.add(STEPS, 1, step());
    }
  }

  /** A partition is to cut over although some of its new replicas lack records. */
  record Excused(int replicas) implements MigrationEvent {
    @Override
    public void count(Tally tally) {
      tally.add(STEPS, 1, Step.CUT_OVER_WITHOUT_ALL);
    }
  }

  /** A node that was to leave has nothing any more. */
  record Left(NodeId node) implements MigrationEvent {
    @Override
    public void count(Tally tally) {
      tally.add(STEPS, 1, Step.NODE_LEFT);
    }
  }

  /**
   * A node that is to leave has nothing any more, and votes about locks alone. Told once it has for
   * some time.
   */
  @Unmetered("a removal that waits is shown where changes of the topology are")
  record VotesAboutLocks(NodeId node) implements MigrationEvent {
    @Override
    public void tell(EventLog log) {
      log.warn(
          "node {} has given its partitions away and still votes about locks, so its removal"
              + " waits: the leader of the locks lets a voter go when the voters of the metadata"
              + " group vote about locks, too, and a majority of them answers",
          node);
    }
  }

  /** A node was given up for now. */
  @Unmetered("the state of the cluster says it")
  record GivenUp(NodeId node) implements MigrationEvent {
    @Override
    public void tell(EventLog log) {
      log.warn("node {} is given up for now: partitions move without it", node);
    }
  }

  /** A node that was given up has caught up. */
  @Unmetered("the state of the cluster says it")
  record CaughtUp(NodeId node) implements MigrationEvent {
    @Override
    public void tell(EventLog log) {
      log.info("node {} is up to date: moves of partitions wait for it again", node);
    }
  }

  /**
   * A barrier has waited long for a node that is heard, and that does not take note of it. Told
   * once, until it waits no more.
   */
  record Overdue(NodeId node, int partitions) implements MigrationEvent {
    @Override
    public void count(Tally tally) {
      tally.add(OVERDUE);
    }

    @Override
    public void tell(EventLog log) {
      log.error(
          "node {} is up and does not take note that {} partitions have moved a step: see what"
              + " it is busy with, or stop it; the moves wait for it",
          node,
          partitions);
    }
  }
}
