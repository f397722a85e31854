package io.quorate.sim.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.RequestId;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Operation;
import io.quorate.version.Addition;
import io.quorate.version.Field;
import io.quorate.version.FieldChange;
import io.quorate.version.FieldValue;
import io.quorate.version.Writer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Updates that clients make as writers, with model=maps: of one counter, one set and one register
 * of a key.
 */
final class WrittenFields {
  static final Field COUNTER = new Field("counter", Field.Kind.COUNTER);
  static final Field SET = new Field("set", Field.Kind.SET);
  static final Field REGISTER = new Field("register", Field.Kind.REGISTER);

  private static final long SESSION = 8;

  private final Map<String, Client> clients = new TreeMap<>();
  private int requests;

  /** A client as a writer, and what it has done. */
  private static final class Client {
    final Writer writer;
    long number;
    long up;

    Client(Writer writer) {
      this.writer = writer;
    }
  }

  /**
   * The first attempt to count, by a client that opens its writer with its first update.
   *
   * @param name of the client
   * @param now hybrid time
   */
  Operation count(String name, long now, String key, long by) {
    Client client = client(name, now);
    client.number++;
    client.up += by;
    return update(client, key, new FieldChange.Count(COUNTER, client.number, client.up, 0));
  }

  /** Likewise to add a value to the set. */
  Operation add(String name, long now, String key, String value) {
    Client client = client(name, now);
    client.number++;
    return update(
        client, key, new FieldChange.Add(SET, client.number, value.getBytes(UTF_8), List.of()));
  }

  /**
   * Likewise to remove one.
   *
   * @param seen additions of it; empty: those that are found
   */
  Operation remove(String name, long now, String key, String value, List<Addition> seen) {
    Client client = client(name, now);
    client.number++;
    return update(
        client, key, new FieldChange.Remove(SET, client.number, value.getBytes(UTF_8), seen));
  }

  /** Likewise to assign a value to the register, which {@code now} decides. */
  Operation assign(String name, long now, String key, String value) {
    Client client = client(name, now);
    client.number++;
    return update(
        client, key, new FieldChange.Assign(REGISTER, now, client.number, value.getBytes(UTF_8)));
  }

  private Client client(String name, long now) {
    return clients.computeIfAbsent(
        name, unused -> new Client(new Writer(now, clients.size() + 1L)));
  }

  private Operation update(Client client, String key, FieldChange change) {
    return new Operation.Update(
        Tenant.DEFAULT_NAME,
        key.getBytes(UTF_8),
        null,
        new RequestId(0, SESSION, ++requests),
        client.writer,
        true,
        List.of(change),
        0);
  }

  /** One more attempt at the same update. */
  static Operation again(Operation.Update update) {
    return new Operation.Update(
        update.tenant(),
        update.key(),
        update.level(),
        update.requestId(),
        update.writer(),
        false,
        update.changes(),
        update.tenantId());
  }

  /** What a read has found of the counter. */
  static long count(List<FieldValue> found) {
    for (FieldValue value : found) {
      if (value.field().equals(COUNTER)) {
        return value.count();
      }
    }
    return 0;
  }

  /** Likewise of the set. */
  static Map<String, List<Addition>> values(List<FieldValue> found) {
    return values(found, SET);
  }

  /** The value of the register, if it has one. */
  static Set<String> assigned(List<FieldValue> found) {
    return values(found, REGISTER).keySet();
  }

  private static Map<String, List<Addition>> values(List<FieldValue> found, Field field) {
    Map<String, List<Addition>> values = new TreeMap<>();
    for (FieldValue value : found) {
      if (value.field().equals(field)) {
        value
            .elements()
            .forEach(each -> values.put(new String(each.value(), UTF_8), each.additions()));
      }
    }
    return values;
  }
}
