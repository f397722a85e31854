package io.quorate.cli.topology;

import io.quorate.cli.command.NodeText;
import io.quorate.cli.output.Bytes;
import io.quorate.client.admin.AlteredTenant;
import io.quorate.client.admin.ChangeLimits;
import io.quorate.client.admin.LostPartition;
import io.quorate.client.admin.TopologyChangeStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a change stands, as people and programs read it. */
public final class ChangeForms {
  private static final int NAMED_MAX = 10;

  private ChangeForms() {}

  /** A few lines; one if nothing is to be done. */
  public static List<String> lines(TopologyChangeStatus change, NodeText nodes) {
    List<String> lines = new ArrayList<>();
    lines.add(standing(change));
    for (AlteredTenant altering : change.altering()) {
      lines.add(
          "tenant '%s' comes from %s to %s replicas"
              .formatted(altering.tenant(), altering.replication(), altering.targetReplication()));
    }
    if (change.underWay() && change.copied().records() > 0) {
      lines.add(
          "copied %d records, %s so far, %s/s%s"
              .formatted(
                  change.copied().records(),
                  Bytes.text(change.copied().bytes()),
                  Bytes.text(change.copied().bytesPerSecond()),
                  left(change)));
    }
    for (TopologyChangeStatus.Awaited awaited : change.awaited()) {
      lines.add(
          "%s for %d s for node %s %s"
              .formatted(
                  whatWaits(awaited),
                  awaited.since().toSeconds(),
                  nodes.of(awaited.node()),
                  task(awaited.task())));
    }
    if (!change.lost().isEmpty()) {
      long whole = change.lost().stream().filter(LostPartition::whole).count();
      lines.add(
          "%s lost most of %s replicas with nodes that were given up or readmitted, and may have lost"
                  .formatted(
                      change.lost().size() == 1
                          ? "1 partition"
                          : change.lost().size() + " partitions",
                      change.lost().size() == 1 ? "its" : "their")
              + " writes: "
              + partitions(change)
              + (whole == 0
                  ? ""
                  : "; %d of them lost all replicas and began empty".formatted(whole))
              + ". Once that is dealt with: 'quorate cluster acknowledge-loss'");
    }
    lines.add(limits(change.limits()));
    return lines;
  }

  private static String partitions(TopologyChangeStatus change) {
    List<Integer> numbers =
        change.lost().stream().map(LostPartition::partition).limit(NAMED_MAX).toList();
    return numbers + (change.lost().size() > NAMED_MAX ? " and more" : "");
  }

  static String whatWaits(TopologyChangeStatus.Awaited awaited) {
    return awaited.task() == TopologyChangeStatus.Task.VOTE
        ? "a removal waits"
        : awaited.partitions() == 1
            ? "1 partition waits"
            : awaited.partitions() + " partitions wait";
  }

  /** What a node that is waited for has to do. */
  public static String task(TopologyChangeStatus.Task task) {
    return switch (task) {
      case STEP -> "to take note of a step";
      case COPY -> "to hold all that it must";
      case HAND_OVER -> "to hand over what it holds";
      case BEGIN -> "to be heard: without it their moves could not end";
      case VOTE -> "to be needed no more as a voter; it has given its partitions away";
      case UNKNOWN -> "";
    };
  }

  private static String standing(TopologyChangeStatus change) {
    if (!change.underWay()) {
      return "topology: nothing is on the move" + paused(change);
    }
    if (change.beingPlanned()) {
      return "topology: change %d is being planned%s".formatted(change.changeId(), paused(change));
    }
    return "topology: change %d: %d of %d partitions done, %d on the move, %d waiting, %d cleaning up%s"
        .formatted(
            change.changeId(),
            change.done(),
            change.planned(),
            change.moving(),
            change.waiting(),
            change.cleaning(),
            paused(change));
  }

  private static String paused(TopologyChangeStatus change) {
    return change.paused() ? "; paused: see 'quorate cluster resume'" : "";
  }

  private static String left(TopologyChangeStatus change) {
    Duration left = change.timeLeft();
    return change.bytesLeft() == 0
        ? ""
        : "; about %s left%s"
            .formatted(Bytes.text(change.bytesLeft()), left == null ? "" : ", " + text(left));
  }

  /** Hours and minutes, or minutes and seconds, or seconds. */
  static String text(Duration duration) {
    if (duration.toHours() > 0) {
      return "%d h %d min".formatted(duration.toHours(), duration.toMinutesPart());
    }
    return duration.toMinutes() > 0
        ? "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart())
        : duration.toSeconds() + " s";
  }

  private static String limits(ChangeLimits limits) {
    Long bytes = limits.bytesPerSecond();
    return "limits: %s partitions at a time; %s%s"
        .formatted(
            limits.parallel(),
            bytes == null || bytes == 0
                ? "nodes copy as much as clients do not feel"
                : "each node copies up to " + Bytes.text(bytes) + "/s",
            Boolean.TRUE.equals(limits.blockWrites())
                ? "; writes wait to partitions that move"
                : "");
  }

  public static Map<String, Object> json(TopologyChangeStatus change, NodeText nodes) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("state_version", change.stateVersion());
    object.put("change_id", change.changeId());
    object.put("under_way", change.underWay());
    object.put("being_planned", change.beingPlanned());
    object.put("partitions_planned", change.planned());
    object.put("partitions_done", change.done());
    object.put("partitions_waiting", change.waiting());
    object.put("partitions_moving", change.moving());
    object.put("partitions_cleaning", change.cleaning());
    object.put("paused", change.paused());
    object.put("parallel", change.limits().parallel());
    object.put("throttle_bytes_per_second", change.limits().bytesPerSecond());
    object.put("block_writes", change.limits().blockWrites());
    object.put("records_copied", change.copied().records());
    object.put("bytes_copied", change.copied().bytes());
    object.put("bytes_per_second", change.copied().bytesPerSecond());
    object.put("bytes_left_about", change.bytesLeft());
    object.put("eta_seconds", seconds(change.timeLeft()));
    object.put("awaited", change.awaited().stream().map(each -> json(each, nodes)).toList());
    object.put("altering", change.altering().stream().map(ChangeForms::json).toList());
    object.put("lost", change.lost().stream().map(each -> json(each, nodes)).toList());
    return object;
  }

  private static @Nullable Long seconds(@Nullable Duration duration) {
    return duration == null ? null : duration.toSeconds();
  }

  private static Map<String, Object> json(AlteredTenant altering) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("tenant", altering.tenant());
    object.put("replication_factor", altering.replicationFactor());
    object.put("target_replication_factor", altering.targetReplicationFactor());
    return object;
  }

  private static Map<String, Object> json(LostPartition lost, NodeText nodes) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("partition", lost.partition());
    object.put("epoch", lost.epoch());
    nodes.put(object, "given_up", lost.givenUp());
    object.put("wholly", lost.whole());
    return object;
  }

  private static Map<String, Object> json(TopologyChangeStatus.Awaited awaited, NodeText nodes) {
    Map<String, Object> object = new LinkedHashMap<>();
    nodes.put(object, "node", awaited.node());
    object.put("partitions", awaited.partitions());
    object.put("waiting_ms", awaited.since().toMillis());
    object.put("what", awaited.task().name().toLowerCase(Locale.ROOT));
    return object;
  }
}
