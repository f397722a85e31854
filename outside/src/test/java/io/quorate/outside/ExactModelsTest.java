package io.quorate.outside;

import static io.quorate.outside.Backups.contents;
import static io.quorate.outside.Backups.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Codec;
import io.quorate.client.KeyValue;
import io.quorate.client.MapUpdate;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.UnavailableException;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.TenantSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One command makes an exact backup of tenants of all models, while a client of each makes one
 * change after the other. What is restored has all that was acknowledged before the command, and
 * nothing that was begun after it.
 */
class ExactModelsTest {
  private static final Duration FIRST_CHANGES_WITHIN = Duration.ofMinutes(1);
  private static final int FIRST_CHANGES = 20;
  private static final String KEY = "key";

  /** Concurrent values of one key, less than a key may have. */
  private static final long SIBLINGS = 20;

  @RegisterExtension final Backups backups = new Backups();

  private final AtomicBoolean closing = new AtomicBoolean();
  private final Map<Model, Worker> workers = new EnumMap<>(Model.class);

  /** Makes one change after the other of a tenant. */
  private static final class Worker {
    final AtomicLong begun = new AtomicLong();
    final AtomicLong acknowledged = new AtomicLong();
  }

  private static String tenant(Model model) {
    return "exact-" + model.name().toLowerCase(Locale.ROOT);
  }

  private Void work(QuorateClient client, Model model, Worker worker) {
    KeyValue session = client.session().keyValue(); // what it writes later has a later version
    while (!closing.get()) {
      long number = worker.begun.getAndIncrement();
      change(client, session, model, number);
      worker.acknowledged.incrementAndGet();
    }
    return null;
  }

  /** Tries again while it is refused: what is unavailable was applied nowhere. */
  private static void change(QuorateClient client, KeyValue session, Model model, long number) {
    for (; ; ) {
      try {
        var unused = changed(client, session, model, number);
        return;
      } catch (UnavailableException again) {
        Waiting.pass(Duration.ofMillis(20));
      }
    }
  }

  private static Object changed(QuorateClient client, KeyValue session, Model model, long number) {
    String tenant = tenant(model);
    String value = Long.toString(number);
    return switch (model) {
      case LAST_WRITE_WINS -> session.put(KEY + number, value, WriteOptions.DEFAULT.tenant(tenant));
      case LINEARIZABLE ->
          client
              .keyValue()
              .put(KEY, Long.toString(number + 1), WriteOptions.DEFAULT.tenant(tenant));
      case SIBLINGS ->
          client.siblings(tenant, Codec.utf8(), Codec.utf8()).put(KEY + number / SIBLINGS, value);
      case COUNTERS -> client.counters(tenant).increment(KEY, 1);
      case SETS -> client.sets(tenant).add(KEY, value);
      case MAPS -> client.maps(tenant).update(KEY, MapUpdate.EMPTY.increment("count", 1));
    };
  }

  /** How many changes a tenant has, which must be the first ones that were made. */
  private static long changes(QuorateClient client, Model model, String tenant, long begun) {
    return switch (model) {
      case LAST_WRITE_WINS -> {
        var found = contents(client, tenant);
        for (int i = 0; i < found.size(); i++) {
          assertThat(found).as("one moment").containsEntry(KEY + i, Integer.toString(i));
        }
        yield found.size();
      }
      case LINEARIZABLE ->
          Long.parseLong(client.keyValue().get(KEY, ReadOptions.DEFAULT.tenant(tenant)).text());
      case SIBLINGS -> {
        long values = 0;
        var keys = client.siblings(tenant, Codec.utf8(), Codec.utf8());
        for (long key = 0; key <= begun / SIBLINGS; key++) {
          values += keys.get(KEY + key).values().size();
        }
        yield values;
      }
      case COUNTERS -> client.counters(tenant).get(KEY).value();
      case SETS -> client.sets(tenant).get(KEY).texts().size();
      case MAPS -> client.maps(tenant).get(KEY).count("count");
    };
  }

  @Test
  @ExtendWith(SharedNodes.class)
  void oneCommandBacksUpTenantsOfAllModels(Nodes nodes) throws Exception {
    try (QuorateClient client = nodes.client();
        ExecutorService desks = Executors.newFixedThreadPool(Model.values().length)) {
      List<Future<Void>> working = new ArrayList<>();
      List<String> options = new ArrayList<>(List.of("--exact"));
      for (Model model : Model.values()) {
        var unused =
            Administration.of(client)
                .cluster()
                .createTenant(tenant(model), TenantSettings.DEFAULT.model(model));
        options.add("--tenant=" + tenant(model));
        Worker worker = new Worker();
        workers.put(model, worker);
        working.add(desks.submit(() -> work(client, model, worker)));
      }
      CommandLine operator = nodes.commandLine();
      Map<Model, Long> before = new EnumMap<>(Model.class);
      Map<Model, Long> after = new EnumMap<>(Model.class);
      try {
        Waiting.until(
            FIRST_CHANGES_WITHIN,
            () ->
                workers.values().stream()
                    .allMatch(worker -> worker.acknowledged.get() > FIRST_CHANGES),
            () -> "changes are made too slowly");
        workers.forEach((model, worker) -> before.put(model, worker.acknowledged.get()));
        CommandLine.Result made =
            done(backups.create(operator, "all", options.toArray(String[]::new)));
        workers.forEach((model, worker) -> after.put(model, worker.begun.get()));
        assertThat(made.outText()).contains("exact as of ", ", 5 of 6 tenants key by key, ");
        assertThat(made.errText()).contains("the keys of 'exact-counters' (COUNTERS), ");
      } finally {
        closing.set(true);
      }
      for (Future<Void> each : working) {
        each.get(1, TimeUnit.MINUTES);
      }
      done(backups.verify(operator, "all"));
      assertThat(backups.list(operator)).contains("5 of 6 tenants key by key");
      restoreAndCompare(client, operator, before, after);
    }
  }

  private void restoreAndCompare(
      QuorateClient client, CommandLine operator, Map<Model, Long> before, Map<Model, Long> after) {
    String[] names =
        workers.keySet().stream()
            .map(model -> "--tenant=%s=restored-%s".formatted(tenant(model), tenant(model)))
            .toArray(String[]::new);
    done(backups.restore(operator, "all", names));
    before.forEach(
        (model, first) -> {
          long last = after.getOrDefault(model, 0L);
          assertThat(changes(client, model, "restored-" + tenant(model), last))
              .as("changes of %s", model)
              .isBetween(first, last);
        });
  }
}
