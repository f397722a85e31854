package io.quorate.sim.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.check.TokenOrder;
import io.quorate.sim.check.UniqueValue;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster.Ask;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls of keys that some use under the tokens of locks. All calls of such a key are judged
 * together, also those under no lock.
 */
final class FencedCalls {
  private static final int VALUE_BYTES = 10;
  private static final long SESSION = 8;

  private final ScenarioRun run;
  private final TokenOrder order = new TokenOrder();
  private long requests;

  FencedCalls(ScenarioRun run) {
    this.run = run;
  }

  /**
   * Asks a node to put, delete or get a key.
   *
   * @param token of the lock that the client holds, or once held; 0 for none
   */
  Call begin(Words words, String kind, int node, String key, long token, Duration timeout) {
    return switch (kind) {
      case "put" -> put(node, key, token, timeout);
      case "delete" -> delete(node, key, token, timeout);
      case "get" -> get(node, key, token, timeout);
      default -> throw words.bad("a client can put, delete or get, not " + kind);
    };
  }

  private Call put(int node, String key, long token, Duration timeout) {
    TokenOrder.Call judged = order.writes(key, token);
    Ending ending = new Ending(call -> endWrite(judged, call.outcome()));
    return ending.of(
        run.cluster()
            .submit(
                node,
                number -> {
                  byte[] value = UniqueValue.of(number, VALUE_BYTES);
                  judged.puts(new String(value, UTF_8));
                  return new Operation.Put(
                      Tenant.DEFAULT_NAME,
                      key.getBytes(UTF_8),
                      value,
                      Level.QUORUM,
                      0,
                      new RequestId(0, SESSION, ++requests),
                      null,
                      0,
                      Outcome.NO_CONTEXT,
                      null,
                      token);
                },
                new Ask(timeout, ending)));
  }

  private Call delete(int node, String key, long token, Duration timeout) {
    TokenOrder.Call judged = order.writes(key, token);
    Ending ending = new Ending(call -> endWrite(judged, call.outcome()));
    return ending.of(
        run.cluster()
            .submit(
                node,
                new Operation.Delete(
                    Tenant.DEFAULT_NAME,
                    key.getBytes(UTF_8),
                    Level.QUORUM,
                    new RequestId(0, SESSION, ++requests),
                    null,
                    0,
                    Outcome.NO_CONTEXT,
                    null,
                    token),
                new Ask(timeout, ending)));
  }

  private Call get(int node, String key, long token, Duration timeout) {
    TokenOrder.Call judged = order.reads(key, token);
    Ending ending = new Ending(call -> endRead(judged, call.outcome()));
    return ending.of(
        run.cluster()
            .submit(
                node,
                new Operation.Get(
                    Tenant.DEFAULT_NAME, key.getBytes(UTF_8), Level.QUORUM, null, null, token),
                new Ask(timeout, ending)));
  }

  private static void endWrite(TokenOrder.Call judged, @Nullable Outcome outcome) {
    if (outcome instanceof Outcome.Written) {
      judged.acknowledged();
    } else if (outcome instanceof Outcome.Failed(Failure failure) && !failure.mayHaveApplied()) {
      judged.refused();
    }
  }

  private static void endRead(TokenOrder.Call judged, @Nullable Outcome outcome) {
    if (outcome instanceof Outcome.Read read) {
      judged.found(read.live() == null ? null : new String(read.live().copyValue(), UTF_8));
    }
  }

  /** Runs when a call has ended that does not exist yet when this is given to it. */
  private static final class Ending implements Runnable {
    private final Consumer<Call> then;
    private final AtomicReference<@Nullable Call> call = new AtomicReference<>();

    Ending(Consumer<Call> then) {
      this.then = then;
    }

    Call of(Call made) {
      call.set(made);
      return made;
    }

    @Override
    public void run() {
      Call ended = call.get();
      if (ended != null) {
        then.accept(ended);
      }
    }
  }
}
