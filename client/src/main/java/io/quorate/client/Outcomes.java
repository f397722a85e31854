package io.quorate.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Gathers the operations of a batch. */
final class Outcomes {
  private Outcomes() {}

  /** Completes when all have ended, each in its own way; in the order given. */
  static <T> CompletableFuture<List<Outcome<T>>> ofAll(List<CompletableFuture<T>> operations) {
    return CompletableFuture.allOf(operations.toArray(new CompletableFuture<?>[0]))
        .handle(
            (done, failed) -> {
              List<Outcome<T>> outcomes = new ArrayList<>(operations.size());
              for (CompletableFuture<T> operation : operations) {
                outcomes.add(of(operation));
              }
              return List.copyOf(outcomes);
            });
  }

  private static <T> Outcome<T> of(CompletableFuture<T> ended) {
    try {
      return new Outcome.Done<>(ended.join());
    } catch (RuntimeException failed) {
      return new Outcome.Failed<>(QuorateException.causeOf(failed));
    }
  }
}
