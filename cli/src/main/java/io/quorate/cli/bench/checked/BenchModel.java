package io.quorate.cli.bench.checked;

import io.quorate.client.Codec;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.Retries;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run measures.
 *
 * @param tenant the one tenant of the run, or the first of several
 * @param model of all tenants of the run
 * @param retries of all tenants of the run
 * @param sessions how many sessions the operations are dealt out to; 0: they are in none
 */
public record BenchModel(String tenant, Model model, Retries retries, int sessions) {

  /** Returns what reads and writes keys of this model. */
  public Operations operations(
      QuorateClient client, Tenants tenants, Contents contents, Tally tally) {
    return switch (model) {
      case LAST_WRITE_WINS -> new LastWriteWins(stores(client), tenants, contents, tally);
      case LINEARIZABLE -> new RegisterOperations(stores(client), tenants, contents, tally);
      case SIBLINGS ->
          new SiblingOperations(
              client.asyncSiblings(tenant, Codec.bytes(), Codec.bytes()), tenants, contents, tally);
      case COUNTERS ->
          new CounterOperations(client.asyncCounters(tenant), tenants, contents, tally);
      case SETS -> new SetOperations(client.asyncSets(tenant), tenants, contents, tally);
      case MAPS -> new MapOperations(client.asyncMaps(tenant), tenants, contents, tally);
    };
  }

  private List<Store> stores(QuorateClient client) {
    return sessions == 0
        ? List.of(Store.of(client.asyncKeyValue()))
        : Stream.generate(() -> Store.of(client.session().asyncKeyValue()))
            .limit(sessions)
            .toList();
  }

  /** Whether reads and writes of its keys can be in sessions. */
  public boolean isForSessions() {
    return model == Model.LAST_WRITE_WINS || model == Model.LINEARIZABLE;
  }

  /** For people. */
  public String text() {
    return "tenant %s, model %s, retries %s%s"
        .formatted(tenant, model, retries, sessions == 0 ? "" : ", " + sessions + " sessions");
  }

  /** As JSON fields. */
  public Map<String, Object> json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("tenant", tenant);
    object.put("model", model.name());
    object.put("retries", retries.name());
    object.put("sessions", sessions);
    return object;
  }
}
