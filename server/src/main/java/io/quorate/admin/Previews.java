package io.quorate.admin;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Decision;
import io.quorate.cluster.RefusalKind;
import io.quorate.replication.api.Failure;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Shows what a change of the topology would do, without asking the cluster for it.
 *
 * @param longTasks plans, which takes too long for the lane; throws if it is asked too much
 */
public record Previews(ClusterAdmin admin, Executor longTasks) {
  private static final int RETRY_AFTER_MILLIS = 1_000;

  /**
   * Folds a change into a state and plans it.
   *
   * @param done called from {@code longTasks}
   * @param failed called from {@code longTasks} if there is no plan, and at once if the change
   *     would be refused
   */
  public void preview(
      ClusterState state, Command change, Consumer<Preview> done, Consumer<Failure> failed) {
    switch (state.apply(change, state.stateVersion() + 1)) {
      case Decision.Accepted accepted -> {
        long bytesPerReplica = admin.bytesPerReplica();
        try {
          longTasks.execute(
              () -> {
                Preview preview;
                try {
                  preview = Preview.of(state, accepted.next(), bytesPerReplica);
                } catch (IllegalArgumentException impossible) {
                  failed.accept(
                      Refusals.of(
                          RefusalKind.FAILED_PRECONDITION,
                          String.valueOf(impossible.getMessage())));
                  return;
                }
                done.accept(preview);
              });
        } catch (RejectedExecutionException tooMany) {
          failed.accept(
              Failure.overloaded("other changes are being planned here", RETRY_AFTER_MILLIS));
        }
      }
      case Decision.Rejected(RefusalKind kind, String reason) ->
          failed.accept(Refusals.of(kind, reason));
    }
  }
}
