package io.quorate.outside;

import static io.quorate.outside.Backups.contents;
import static io.quorate.outside.Backups.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Entry;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A wrong delete is undone by commands: a backup as of before it, restored beside what is left. */
class PointInTimeTest {
  private static final int KEYS = 2_000;
  private static final int GENERATIONS = 4;
  private static final String TENANT = "past-orders";
  private static final WriteOptions WRITE = WriteOptions.DEFAULT.tenant(TENANT);

  @RegisterExtension final Backups backups = new Backups();

  private record Moment(Instant at, SortedMap<String, String> contents) {}

  /** What there is now, and a moment after all of it and before anything else. */
  private static Moment moment(QuorateClient client) {
    SortedMap<String, String> contents = contents(client, TENANT);
    Instant now = Instant.now();
    Waiting.pass(Duration.ofMillis(20));
    return new Moment(now, contents);
  }

  /** Every {@code step}th key gets another value. */
  private static void write(QuorateClient client, String what, int step) {
    client
        .keyValue()
        .putAll(
            IntStream.range(0, KEYS)
                .filter(i -> i % step == 0)
                .mapToObj(i -> Entry.of("order:" + i, what + " of " + i))
                .toList(),
            WRITE)
        .forEach(outcome -> outcome.get());
  }

  private SortedMap<String, String> restored(
      QuorateClient client, CommandLine operator, String name, Instant asOf) {
    String made =
        done(backups.create(operator, name, "--tenant", TENANT, "--as-of", asOf.toString()))
            .outText();
    assertThat(made).contains("exact as of 20");
    done(backups.restore(operator, name, "--tenant=" + TENANT + "=" + TENANT + "-" + name));
    return contents(client, TENANT + "-" + name);
  }

  @Test
  @ExtendWith(SharedNodes.class)
  void aWrongDeleteIsUndone(Nodes nodes) throws Exception {
    try (QuorateClient client = nodes.client()) {
      CommandLine operator = nodes.commandLine();
      done(operator.quorate("tenant", "create", TENANT, "--history", "1h"));
      write(client, "value", 1);
      write(client, "newer value", 3);
      Moment before = moment(client);
      assertThat(before.contents()).hasSize(KEYS);

      done(operator.quorate("delete", "--prefix", "order:", "--tenant", TENANT, "--yes"));
      write(client, "too late", 500);
      assertThat(contents(client, TENANT)).hasSize(KEYS / 500);
      assertThat(restored(client, operator, "before", before.at())).isEqualTo(before.contents());
      assertThat(contents(client, TENANT)).as("left as it is").hasSize(KEYS / 500);
    }
  }

  /** One misses what was written, all are killed, and each moment is still there. */
  @Test
  void momentsOutliveNodesThatAreKilled() throws Exception {
    try (Nodes nodes = Nodes.threeOnLoopback().start();
        QuorateClient client = nodes.client()) {
      CommandLine operator = nodes.commandLine();
      done(operator.quorate("tenant", "create", TENANT, "--history", "1h"));
      List<Moment> moments = new ArrayList<>();
      for (int generation = 1; generation <= GENERATIONS; generation++) {
        Node killed = generation == 1 ? null : nodes.node(generation % 3);
        if (killed != null) {
          killed.kill();
        }
        write(client, "generation " + generation, generation);
        moments.add(moment(client));
        if (killed != null) {
          killed.start();
          nodes.awaitReady();
        }
      }
      done(operator.quorate("delete", "--prefix", "order:", "--tenant", TENANT, "--yes"));
      nodes.all().forEach(Node::kill);
      nodes.all().forEach(Node::start);
      nodes.awaitReady();
      for (int i = 0; i < moments.size(); i++) {
        Moment moment = moments.get(i);
        assertThat(restored(client, operator, "moment-" + i, moment.at()))
            .as("generation %d", i + 1)
            .isEqualTo(moment.contents());
      }
    }
  }
}
