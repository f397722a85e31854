package io.quorate.sim.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.RequestId;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Condition;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.WriteStamp;
import io.quorate.sim.check.linear.FieldText;
import io.quorate.sim.check.linear.History;
import io.quorate.sim.check.linear.Linearizability;
import io.quorate.sim.check.linear.RegisterModel;
import io.quorate.sim.check.linear.RegisterModel.Add;
import io.quorate.sim.check.linear.RegisterModel.CompareAndSet;
import io.quorate.sim.check.linear.RegisterModel.Delete;
import io.quorate.sim.check.linear.RegisterModel.Done;
import io.quorate.sim.check.linear.RegisterModel.FieldCondition;
import io.quorate.sim.check.linear.RegisterModel.Found;
import io.quorate.sim.check.linear.RegisterModel.Get;
import io.quorate.sim.check.linear.RegisterModel.Input;
import io.quorate.sim.check.linear.RegisterModel.Output;
import io.quorate.sim.check.linear.RegisterModel.Put;
import io.quorate.sim.check.linear.RegisterModel.Sum;
import io.quorate.sim.check.linear.RegisterModel.Swapped;
import io.quorate.sim.check.linear.RegisterModel.UpdateFields;
import io.quorate.sim.check.linear.RegisterModel.Updated;
import io.quorate.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Clients of a tenant whose writes take effect at most once. They stamp each write, and try it
 * again until they know what became of it: at any node, and also while earlier attempts are under
 * way. A write is one call in the history, however often it is tried, and the history of each key
 * must be linearizable.
 */
final class OnceWrites implements Workload {
  static final String NAME = "once";
  static final String REGISTERS = "registers";

  private static final int KEYS = 2;

  /** One register more has maps of fields. */
  private static final int REGISTER_KEYS = 3;

  private static final int MAP = 2;
  private static final List<String> FIELDS = List.of("a", "b", "c");

  /** Between numbers that are put: more than is added to one. */
  private static final long STEP = 1_000;

  private static final long NOTHING_TO_DO_NANOS = 20_000_000;

  /** Calls on one key, and calls of unknown outcome among them: each doubles what is searched. */
  private static final int CALLS_MAX = 120;

  private static final int UNKNOWN_MAX = 5;
  private static final long STEPS_MAX = 400_000;

  /** What was read of each key last, be it old or new by now. */
  private final Map<String, Optional<String>> seen = new TreeMap<>();

  private final String name;
  private final Predicate<Tenant> isTheirs;
  private final History<String, Input, Output> history = new History<>();
  private final Map<String, Integer> calls = new TreeMap<>();
  private final Map<String, Integer> unknown = new TreeMap<>();
  private final Map<Integer, Integer> generations = new TreeMap<>();
  private final IdentityHashMap<Client, OnceClient> clients = new IdentityHashMap<>();

  private int values;

  private OnceWrites(String name, Predicate<Tenant> isTheirs) {
    this.name = name;
    this.isTheirs = isTheirs;
  }

  /** Of a tenant of whose keys the last write wins. */
  static OnceWrites ofVersions() {
    return new OnceWrites(NAME, Tenant::writesOnce);
  }

  /** Of a tenant whose keys are registers. */
  static OnceWrites ofRegisters() {
    return new OnceWrites(REGISTERS, Tenant::isLinearizable);
  }

  @Override
  public void turn(Client client, Runnable done) {
    Tenant tenant = client.others().stream().filter(isTheirs).findFirst().orElse(null);
    if (tenant == null) {
      client.later(NOTHING_TO_DO_NANOS, done);
      return;
    }
    OnceClient own = clients.computeIfAbsent(client, OnceClient::new);
    boolean isRegister = tenant.isLinearizable();
    int which = client.random().nextInt(isRegister ? REGISTER_KEYS : KEYS);
    String key = key(which);
    calls.merge(key, 1, Integer::sum);
    int kind = client.random().nextInt(20);
    if (kind < 8) {
      read(client, own, tenant, key, done);
      return;
    }
    Input input;
    if (kind < 16 && which == MAP) {
      input = update(client.random(), key);
    } else if (kind < 12 && isRegister) {
      Optional<String> expected = seen.getOrDefault(key, Optional.empty());
      input = new CompareAndSet(expected, nextValue(which, true));
    } else if (kind < 15 && isRegister) {
      input = new Add(client.random().nextInt(5) - 2, -STEP / 2);
    } else {
      input = kind < 17 ? new Put(nextValue(which, isRegister)) : new Delete();
    }
    new OneWrite(client, own, tenant, key, input, done).begin();
  }

  /** Changes some fields, mostly if they are as they were read last. */
  private UpdateFields update(SimRandom random, String key) {
    Map<String, String> read = FieldText.read(seen.getOrDefault(key, Optional.empty()));
    List<FieldCondition> conditions = new ArrayList<>();
    SortedMap<String, Optional<String>> edits = new TreeMap<>();
    for (String field : FIELDS) {
      Optional<String> value = Optional.ofNullable(read == null ? null : read.get(field));
      if (random.chance(0.4)) {
        boolean present = random.chance(0.1) != value.isPresent();
        conditions.add(
            new FieldCondition(
                field, present, present && random.chance(0.7) ? value : Optional.empty()));
      }
      if (random.chance(0.5)) {
        edits.put(field, newField(random));
      }
    }
    if (edits.isEmpty()) {
      edits.put(random.pick(FIELDS), newField(random));
    }
    return new UpdateFields(conditions, edits);
  }

  private Optional<String> newField(SimRandom random) {
    return random.chance(0.3) ? Optional.empty() : Optional.of("x" + values++);
  }

  /**
   * A value that no other write gives; of every other register a number that may be added to, or a
   * map.
   */
  private String nextValue(int which, boolean isRegister) {
    int next = values++;
    if (which == MAP && next % 3 != 0) {
      return FieldText.write(Map.of(FIELDS.get(next % FIELDS.size()), "x" + next));
    }
    return which == 0 && isRegister ? String.valueOf(next * STEP) : "v" + next;
  }

  /** A key whose history is not too long to be searched yet. */
  private String key(int number) {
    while (true) {
      String key = name + number + "." + generations.getOrDefault(number, 0);
      if (calls.getOrDefault(key, 0) < CALLS_MAX && unknown.getOrDefault(key, 0) < UNKNOWN_MAX) {
        return key;
      }
      generations.merge(number, 1, Integer::sum);
    }
  }

  private void read(Client client, OnceClient own, Tenant tenant, String key, Runnable done) {
    int number = history.begin(key, client.name(), new Get());
    RegionsMeanwhile meanwhile = client.regionsMeanwhile(tenant, key);
    client.ask(
        client.anyNode(),
        new Operation.Get(tenant.name(), key.getBytes(UTF_8), null),
        outcome -> {
          own.hears(outcome);
          if (outcome instanceof Outcome.Read read) {
            Optional<String> found =
                Optional.ofNullable(read.live()).map(live -> FieldBytes.toText(live.copyValue()));
            seen.put(key, found);
            history.end(number, new Found(found));
            meanwhile.counts(name + ": read");
          }
          done.run();
        });
  }

  /** One write, through all its attempts. */
  private final class OneWrite extends NamedWrite {
    private final Client client;
    private final Tenant tenant;
    private final String key;
    private final Input input;
    private final int number;
    private final RegionsMeanwhile meanwhile;

    OneWrite(Client client, OnceClient own, Tenant tenant, String key, Input input, Runnable done) {
      super(name, client, own, done);
      this.client = client;
      this.tenant = tenant;
      this.key = key;
      this.input = input;
      this.number = history.begin(key, client.name(), input);
      this.meanwhile = client.regionsMeanwhile(tenant, key);
    }

    @Override
    Operation operation(RequestId request, WriteStamp stamped) {
      byte[] bytes = key.getBytes(UTF_8);
      return switch (input) {
        case Put put -> put(put.value(), null, request, stamped);
        case CompareAndSet swap ->
            put(
                swap.value(),
                swap.expected().isEmpty()
                    ? new Condition.Absent()
                    : new Condition.Value(FieldBytes.ofText(swap.expected().get())),
                request,
                stamped);
        case Add add ->
            new Operation.Increment(
                tenant.name(), bytes, add.by(), add.min(), Long.MAX_VALUE, request, stamped, 0, 0);
        case UpdateFields update ->
            new Operation.UpdateFields(
                tenant.name(), bytes, FieldBytes.of(update), null, request, stamped, 0, 0);
        case Delete delete -> new Operation.Delete(tenant.name(), bytes, null, request, stamped);
        case Get get -> throw new IllegalStateException("a read is no write");
      };
    }

    private Operation put(
        String value, @Nullable Condition condition, RequestId request, WriteStamp stamped) {
      return new Operation.Put(
          tenant.name(),
          key.getBytes(UTF_8),
          FieldBytes.ofText(value),
          null,
          0,
          request,
          stamped,
          0,
          Outcome.NO_CONTEXT,
          condition);
    }

    @Override
    void acknowledged(Outcome outcome) {
      boolean isDone = outcome instanceof Outcome.Written;
      if (isDone) {
        meanwhile.counts(name + ": written");
      }
      if (input instanceof CompareAndSet) {
        client.counts(name + (isDone ? ": compared and set" : ": compared and not set"));
        history.end(number, new Swapped(isDone));
      } else if (input instanceof Add) {
        client.counts(name + (isDone ? ": added" : ": not added"));
        history.end(
            number,
            new Sum(
                outcome instanceof Outcome.Written written
                    ? Optional.of(written.sum())
                    : Optional.empty()));
      } else if (input instanceof UpdateFields) {
        client.counts(name + (isDone ? ": fields updated" : ": fields not updated"));
        history.end(number, new Updated(isDone, unmet(outcome)));
      } else {
        history.end(number, new Done());
      }
    }

    private static String unmet(Outcome outcome) {
      return outcome instanceof Outcome.Failed(Failure failure) ? failure.field() : "";
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
    new Linearizability<>(new RegisterModel(), STEPS_MAX).hold("linearizability", name, history);
  }
}
