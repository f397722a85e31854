package io.quorate.sim.cluster;

import io.quorate.admin.ClusterAdmin;
import io.quorate.metadata.MetadataGroup;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.runtime.Lane;
import io.quorate.sim.check.Attempt;
import io.quorate.sim.kernel.SimJournal.Topic;
import io.quorate.sim.program.Program;
import io.quorate.sim.program.Words;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Requests of clients and operators to one node; those of clients are reported to the checker. */
final class NodeRequests {
  private final SimNode node;
  private final NodeCollaborators with;
  private final RejectionWatch rejections;

  /** Calls that are not answered yet. */
  private final List<Call> pending = new ArrayList<>();

  NodeRequests(SimNode node, NodeCollaborators with, RejectionWatch rejections) {
    this.node = node;
    this.with = with;
    this.rejections = rejections;
  }

  /** A client's call arrives; it is cut off if the node is down. */
  void submit(Call call, int number, long timeoutNanos) {
    NodeProcess running = node.process();
    if (running == null) {
      call.cutOff();
      return;
    }
    pending.add(call);
    running.lane().execute(() -> begin(call, number, timeoutNanos));
  }

  /** A client's scan arrives; the client gets no answer if the node is down. */
  void submit(Scan scan) {
    onLane(
        () -> {
          Program program = node.program();
          DataPlane plane = program == null ? null : program.dataPlane();
          if (plane != null) {
            scan.begin(plane);
          }
        });
  }

  /** An operator's request arrives; it has no effect if the node has no metadata group yet. */
  void onMetadata(SimNode.MetadataRequest request) {
    onLane(
        () -> {
          MetadataGroup group = node.metadata();
          if (group != null) {
            request.arrives(group, node.clock().nanos());
          }
        });
  }

  /** An operator's request arrives; it has no effect if the node has no data plane yet. */
  void onCoordinator(Consumer<Coordinator> request) {
    onLane(
        () -> {
          Program program = node.program();
          Coordinator coordinator = program == null ? null : program.coordinator();
          if (coordinator != null) {
            request.accept(coordinator);
          }
        });
  }

  /** An operator's request arrives; it has no effect if the node does not serve yet. */
  void onOperator(SimNode.OperatorRequest request) {
    NodeProcess running = node.process();
    if (running == null) {
      return;
    }
    Lane lane = running.lane();
    lane.execute(
        () -> {
          Program program = node.program();
          Coordinator coordinator = program == null ? null : program.coordinator();
          ClusterAdmin admin = program == null ? null : program.admin();
          if (coordinator != null && admin != null) {
            request.arrives(lane, admin, coordinator);
          }
        });
  }

  private void onLane(Runnable task) {
    NodeProcess running = node.process();
    if (running != null) {
      running.lane().execute(task);
    }
  }

  private void begin(Call call, int number, long timeoutNanos) {
    Program program = node.program();
    DataPlane plane = program == null ? null : program.dataPlane();
    if (program == null || plane == null) {
      pending.remove(call);
      call.cutOff();
      return;
    }
    Operation operation = call.operation();
    Attempt attempt =
        with.checker()
            .begin(number, program.id(), operation, with.world().nowNanos() + timeoutNanos);
    call.begin(attempt, node.pauses());
    Coordinator coordinator = program.coordinator();
    @Nullable Consumer<Version> ifWritten =
        coordinator == null ? null : rejections.begins(operation, coordinator);
    note(() -> "call #%d begins: %s".formatted(number, Words.of(operation)));
    with.sabotage()
        .dataPlane(plane)
        .submit(
            operation,
            node.clock().nanos() + timeoutNanos,
            outcome -> {
              note(
                  () ->
                      "call #%d ends: %s: %s"
                          .formatted(number, Words.of(operation), Words.of(outcome)));
              end(call, attempt, outcome, ifWritten);
            });
  }

  private void end(
      Call call, Attempt attempt, Outcome outcome, @Nullable Consumer<Version> ifWritten) {
    with.world().witness(outcome.toString().hashCode());
    pending.remove(call);
    boolean excused = node.pauses() != call.pausesBefore();
    with.checker().end(attempt, outcome, with.world().nowNanos(), excused);
    with.windows().enter("call: " + kind(call.operation()) + " " + word(outcome));
    call.answer(outcome);
    if (outcome instanceof Outcome.Written written) {
      if (ifWritten != null) {
        ifWritten.accept(written.version());
      }
      with.moments().at(Moment.ACKNOWLEDGED, node);
    }
  }

  private void note(Supplier<String> line) {
    with.world().note(Topic.CALL, node.name(), line);
  }

  boolean areAnyPending() {
    return !pending.isEmpty();
  }

  /** Whether the node has begun a call that it has not answered. */
  boolean hasBegun() {
    return pending.stream().anyMatch(call -> call.attempt() != null);
  }

  /** Cuts off all calls that are not answered: the process has died. */
  void cutOff() {
    List<Call> unanswered = List.copyOf(pending);
    pending.clear();
    for (Call call : unanswered) {
      Attempt attempt = call.attempt();
      if (attempt != null) {
        with.checker().cutOff(attempt);
        with.windows().enter("call: " + kind(call.operation()) + " cut off by a crash");
      }
      call.cutOff();
    }
  }

  /** Every call under way still has time, unless the node was paused meanwhile. */
  void checkNothingHangs() {
    for (Call call : pending) {
      Attempt attempt = call.attempt();
      if (attempt != null) {
        boolean excused = node.isPaused() || node.pauses() != call.pausesBefore();
        with.checker()
            .checkInTime(
                () -> attempt + " is under way",
                attempt.deadlineNanos(),
                with.world().nowNanos(),
                excused);
      }
    }
  }

  private static String kind(Operation operation) {
    return operation.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static String word(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Failed(Failure failure) -> "failed: " + failure.reason();
      default -> "succeeded";
    };
  }
}
