package io.quorate.sim.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.RequestId;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.WriteStamp;
import io.quorate.sim.check.linear.FencedModel;
import io.quorate.sim.check.linear.FencedModel.Delete;
import io.quorate.sim.check.linear.FencedModel.Done;
import io.quorate.sim.check.linear.FencedModel.Found;
import io.quorate.sim.check.linear.FencedModel.Get;
import io.quorate.sim.check.linear.FencedModel.Input;
import io.quorate.sim.check.linear.FencedModel.Output;
import io.quorate.sim.check.linear.FencedModel.Put;
import io.quorate.sim.check.linear.FencedModel.Raise;
import io.quorate.sim.check.linear.FencedModel.Refused;
import io.quorate.sim.check.linear.History;
import io.quorate.sim.check.linear.Linearizability;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Clients that write linearizable keys under the tokens of locks, each key under one lock. Some do
 * not notice that their lock is another's by now: they pause, and go on under their old token. No
 * write may take effect after one with a higher token (docs/design/fencing.md).
 */
final class FencedWrites implements Workload {
  static final String NAME = "fenced";

  private static final int KEYS = 2;
  private static final long MILLIS = 1_000_000;

  /** Calls on one key, and calls of unknown outcome among them: each doubles what is searched. */
  private static final int CALLS_MAX = 100;

  private static final int UNKNOWN_MAX = 5;
  private static final long STEPS_MAX = 400_000;

  private final History<String, Input, Output> history = new History<>();
  private final Map<String, Integer> calls = new TreeMap<>();
  private final Map<String, Integer> unknown = new TreeMap<>();
  private final Map<Integer, Integer> generations = new TreeMap<>();
  private final IdentityHashMap<Client, OnceClient> clients = new IdentityHashMap<>();
  private final TokenHolders holders = new TokenHolders(NAME, KEYS, true);

  private int values;

  @Override
  public void turn(Client client, Runnable done) {
    Tenant tenant =
        client.others().stream().filter(Tenant::isLinearizable).findFirst().orElse(null);
    if (tenant == null) {
      client.later(TokenHolders.NOTHING_TO_DO_NANOS, done);
      return;
    }
    OnceClient once = clients.computeIfAbsent(client, OnceClient::new);
    int lock = client.random().nextInt(KEYS);
    Runnable work = () -> work(client, once, tenant, lock, client.random().nextInt(3), done);
    holders.turn(client, lock, work, done);
  }

  /** Some operations under one token, with pauses of any length between them. */
  private void work(
      Client client, OnceClient once, Tenant tenant, int lock, int more, Runnable done) {
    Runnable next =
        more == 0
            ? done
            : () ->
                client.later(pause(client), () -> work(client, once, tenant, lock, more - 1, done));
    // One that asks for no lock is not held back, and holds none back.
    long token = client.random().chance(0.1) ? 0 : holders.token(client, lock);
    holders.countIfOld(client, lock, token);
    String key = key(lock);
    calls.merge(key, 1, Integer::sum);
    int kind = client.random().nextInt(10);
    if (kind < 4) {
      read(client, once, tenant, key, token, next);
    } else {
      byte[] value = kind < 7 ? ("v" + values++).getBytes(UTF_8) : null;
      new FencedWrite(client, once, tenant, key, token, value, next).begin();
    }
  }

  private static long pause(Client client) {
    return client.random().between(0, client.random().chance(0.2) ? 900 * MILLIS : 30 * MILLIS);
  }

  /** A key whose history is not too long to be searched yet. */
  private String key(int lock) {
    while (true) {
      String key = NAME + lock + "." + generations.getOrDefault(lock, 0);
      if (calls.getOrDefault(key, 0) < CALLS_MAX && unknown.getOrDefault(key, 0) < UNKNOWN_MAX) {
        return key;
      }
      generations.merge(lock, 1, Integer::sum);
    }
  }

  private void read(
      Client client, OnceClient once, Tenant tenant, String key, long token, Runnable done) {
    if (token != 0) {
      int unused = history.begin(key, client.name(), new Raise(token));
    }
    int number = history.begin(key, client.name(), new Get(token));
    client.ask(
        client.anyNode(),
        new Operation.Get(tenant.name(), key.getBytes(UTF_8), null, null, null, token),
        outcome -> {
          once.hears(outcome);
          Refused refused = refusal(outcome);
          if (outcome instanceof Outcome.Read read) {
            history.end(
                number,
                new Found(
                    Optional.ofNullable(read.live())
                        .map(live -> new String(live.copyValue(), UTF_8))));
          } else if (refused != null) {
            client.counts("fenced: read refused");
            history.end(number, refused);
          } else if (token != 0) {
            unknown.merge(key, 1, Integer::sum);
          }
          done.run();
        });
  }

  private static @Nullable Refused refusal(@Nullable Outcome outcome) {
    return outcome instanceof Outcome.Failed(Failure failure)
            && failure.reason() == Failure.Reason.FENCED
        ? new Refused(failure.fence())
        : null;
  }

  /** One write, through all its attempts. */
  private final class FencedWrite extends NamedWrite {
    private final Client client;
    private final Tenant tenant;
    private final String key;
    private final long token;
    private final byte @Nullable [] value;
    private final int number;

    FencedWrite(
        Client client,
        OnceClient once,
        Tenant tenant,
        String key,
        long token,
        byte @Nullable [] value,
        Runnable done) {
      super(NAME, client, once, done);
      this.client = client;
      this.tenant = tenant;
      this.key = key;
      this.token = token;
      this.value = value;
      this.number =
          history.begin(
              key,
              client.name(),
              value == null ? new Delete(token) : new Put(new String(value, UTF_8), token));
    }

    @Override
    Operation operation(RequestId request, WriteStamp stamped) {
      byte[] bytes = key.getBytes(UTF_8);
      return value == null
          ? new Operation.Delete(
              tenant.name(), bytes, null, request, stamped, 0, Outcome.NO_CONTEXT, null, token)
          : new Operation.Put(
              tenant.name(),
              bytes,
              value,
              null,
              0,
              request,
              stamped,
              0,
              Outcome.NO_CONTEXT,
              null,
              token);
    }

    @Override
    void acknowledged(Outcome outcome) {
      Refused refused = refusal(outcome);
      if (refused != null) {
        client.counts(
            refused.by() == 0 ? "fenced: refused, for its lock is over" : "fenced: refused");
      }
      history.end(number, refused == null ? new Done() : refused);
    }

    @Override
    void unknown() {
      unknown.merge(key, 1, Integer::sum);
    }

    @Override
    void refused() {
      history.refuse(number);
    }
  }

  @Override
  public void rests() {
    new Linearizability<>(new FencedModel(), STEPS_MAX).hold("fences", NAME, history);
  }
}
