package io.quorate.sim.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.RequestId;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.Siblings;
import io.quorate.replication.api.WriteStamp;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Clients of a tenant whose concurrent writes are kept. They write with the context of a read, be
 * it their own or another client's, old or new, or with none; and try each write again until they
 * know what became of it. {@link KeptHistory} judges what they read.
 */
final class SiblingWrites implements Workload {
  static final String NAME = "siblings";

  private static final int KEYS = 2;
  private static final long NOTHING_TO_DO_NANOS = 20_000_000;

  /** After so many puts another key is used, so that records stay as small as those of users. */
  private static final int PUTS_MAX = 60;

  private final IdentityHashMap<Client, OnceClient> clients = new IdentityHashMap<>();
  private final Map<Integer, Integer> generations = new TreeMap<>();
  private final Map<String, Of> keys = new TreeMap<>();

  /** What the clients know of one key. */
  private static final class Of {
    final KeptHistory history;
    final List<Seen> seen = new ArrayList<>(List.of(new Seen(Outcome.NO_CONTEXT, new BitSet())));
    int puts;

    /** Whether nothing follows any more from what is read: whatever there is may be deleted. */
    boolean spoilt;

    Of(String key) {
      this.history = new KeptHistory(NAME, key);
    }
  }

  /** A context, and the puts that it has seen. */
  private record Seen(byte[] context, BitSet puts) {}

  @Override
  public void turn(Client client, Runnable done) {
    Tenant tenant = client.others().stream().filter(Tenant::keepsSiblings).findFirst().orElse(null);
    if (tenant == null) {
      client.later(NOTHING_TO_DO_NANOS, done);
      return;
    }
    OnceClient own = clients.computeIfAbsent(client, OnceClient::new);
    String key = key(client.random().nextInt(KEYS));
    Of of = keys.computeIfAbsent(key, Of::new);
    int kind = client.random().nextInt(20);
    if (kind < 9) {
      read(client, own, tenant, key, of, done);
    } else if (kind < 16) {
      of.puts++;
      new OnePut(client, own, tenant, key, of, anySeen(client, of), done).begin();
    } else if (kind < 19) {
      new OneDelete(client, own, tenant, key, of, anySeen(client, of), done).begin();
    } else {
      new BlindDelete(client, own, tenant, key, of, done).begin();
    }
  }

  private String key(int number) {
    while (true) {
      String key = NAME + number + "." + generations.getOrDefault(number, 0);
      Of of = keys.get(key);
      if (of == null || (of.puts < PUTS_MAX && !of.spoilt)) {
        return key;
      }
      generations.merge(number, 1, Integer::sum);
    }
  }

  /** Mostly what was read last; sometimes what was read long ago, or nothing. */
  private static Seen anySeen(Client client, Of of) {
    int kind = client.random().nextInt(8);
    return kind < 5
        ? of.seen.getLast()
        : kind < 7 ? client.random().pick(of.seen) : of.seen.getFirst();
  }

  private void read(
      Client client, OnceClient own, Tenant tenant, String key, Of of, Runnable done) {
    KeptHistory.Then begun = of.history.now();
    client.ask(
        client.anyNode(),
        new Operation.Get(tenant.name(), key.getBytes(UTF_8), null),
        outcome -> {
          own.hears(outcome);
          if (outcome instanceof Outcome.Read read && !of.spoilt) {
            hear(client, of, begun, read.siblings());
          }
          done.run();
        });
  }

  private static void hear(Client client, Of of, KeptHistory.Then begun, @Nullable Siblings found) {
    List<Integer> numbers = new ArrayList<>();
    if (found != null) {
      for (Siblings.Value value : found.live()) {
        numbers.add(Integer.parseInt(new String(value.value(), UTF_8)));
      }
      client.counts(numbers.size() > 1 ? "siblings: several read" : "siblings: at most one read");
    }
    BitSet seen = of.history.read(begun, numbers);
    if (found != null) {
      of.seen.add(new Seen(found.context(), seen));
    }
  }

  /** A put of the number that the history gives it. */
  private static final class OnePut extends NamedWrite {
    private final Tenant tenant;
    private final String key;
    private final Of of;
    private final Seen seen;
    private final int number;

    OnePut(
        Client client, OnceClient own, Tenant tenant, String key, Of of, Seen seen, Runnable done) {
      super(NAME, client, own, done);
      this.tenant = tenant;
      this.key = key;
      this.of = of;
      this.seen = seen;
      this.number = of.history.putBegins(seen.puts());
    }

    @Override
    Operation operation(RequestId request, WriteStamp stamped) {
      return new Operation.Put(
          tenant.name(),
          key.getBytes(UTF_8),
          Integer.toString(number).getBytes(UTF_8),
          null,
          0,
          request,
          stamped,
          0,
          seen.context());
    }

    @Override
    void acknowledged(Outcome outcome) {
      of.history.putAcknowledged(number);
      BitSet puts = (BitSet) seen.puts().clone();
      puts.set(number);
      if (outcome instanceof Outcome.Written written) {
        of.seen.add(new Seen(written.context(), puts));
      }
    }

    @Override
    void unknown() {}

    @Override
    void refused() {}
  }

  /** A deletion of what its client has seen. */
  private static final class OneDelete extends NamedWrite {
    private final Tenant tenant;
    private final String key;
    private final Of of;
    private final Seen seen;

    OneDelete(
        Client client, OnceClient own, Tenant tenant, String key, Of of, Seen seen, Runnable done) {
      super(NAME, client, own, done);
      this.tenant = tenant;
      this.key = key;
      this.of = of;
      this.seen = seen.context().length == 0 ? of.seen.getLast() : seen;
      if (this.seen.context().length == 0) {
        of.spoilt = true; // it has nothing to name, and so deletes what is found
      }
      of.history.deleteBegins(this.seen.puts());
    }

    @Override
    Operation operation(RequestId request, WriteStamp stamped) {
      return new Operation.Delete(
          tenant.name(), key.getBytes(UTF_8), null, request, stamped, 0, seen.context());
    }

    @Override
    void acknowledged(Outcome outcome) {
      of.history.deleteAcknowledged(seen.puts());
    }

    @Override
    void unknown() {}

    @Override
    void refused() {}
  }

  /** A deletion of what is found. */
  private static final class BlindDelete extends NamedWrite {
    private final Tenant tenant;
    private final String key;
    private final Of of;
    private final KeptHistory.Then begun;

    BlindDelete(Client client, OnceClient own, Tenant tenant, String key, Of of, Runnable done) {
      super(NAME, client, own, done);
      this.tenant = tenant;
      this.key = key;
      this.of = of;
      this.begun = of.history.blindBegins();
    }

    @Override
    Operation operation(RequestId request, WriteStamp stamped) {
      return new Operation.Delete(tenant.name(), key.getBytes(UTF_8), null, request, stamped);
    }

    @Override
    void acknowledged(Outcome outcome) {
      of.history.blindAcknowledged(begun);
    }

    @Override
    void unknown() {
      of.spoilt = true;
    }

    @Override
    void refused() {
      of.history.blindRefused();
    }
  }
}
