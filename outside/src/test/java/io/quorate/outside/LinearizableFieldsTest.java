package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.ConditionFailedException;
import io.quorate.client.Fields;
import io.quorate.client.FieldsUpdate;
import io.quorate.client.FieldsValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.TenantSettings;
import io.quorate.outside.Counts.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Several clients change fields of the same keys, each under conditions, while nodes are killed and
 * paused under them. Nothing that was acknowledged is lost, nothing takes effect twice, and what
 * one update changes together is never seen apart.
 */
class LinearizableFieldsTest extends Load {
  private static final String TENANT = "fields-test";
  private static final String OF_COMMANDS = "fields-commands";
  private static final String TOGETHER = "together";
  private static final TenantSettings SETTINGS = TenantSettings.DEFAULT.model(Model.LINEARIZABLE);
  private static final int KEYS = 2;
  private static final int THREADS_OF_A_KEY = 4;

  /** Updates without which the run has shown nothing. */
  private static final long AT_LEAST = 300;

  private final Queue<Writer> writers = new ConcurrentLinkedQueue<>();

  @Test
  void fieldsAreUpdatedWhileNodesAreKilledAndPaused() throws InterruptedException {
    whileNodesAreKilledAndPaused(this);
  }

  @Override
  void prepare(QuorateClient one, QuorateClient other) {
    createTenant(one, TENANT, SETTINGS);
    for (int key = 0; key < KEYS; key++) {
      String name = "order:" + key;
      addAlternating(
          name,
          THREADS_OF_A_KEY,
          (thread, client) -> {
            Writer writer = new Writer(client.fields(TENANT), name, thread);
            writers.add(writer);
            writer.run();
          });
    }
  }

  @Override
  boolean isEnough() {
    return counted(Kind.WRITTEN) > AT_LEAST && counted(Kind.OUTRUN) > 0;
  }

  @Override
  void settle(QuorateClient client) {
    writers.forEach(Writer::settle);
  }

  /** What a user does at the command line. */
  @Test
  @ExtendWith(SharedNodes.class)
  void commandsUpdateFields(Nodes nodes) {
    CommandLine commands = nodes.commandLine();
    try (QuorateClient client = nodes.client()) {
      createTenant(client, OF_COMMANDS, SETTINGS);
      var unused = client.keyValue().put("text", "words", WriteOptions.DEFAULT.tenant(OF_COMMANDS));
    }
    assertThat(fields(commands, "get", "order:1").code()).isEqualTo(1);
    assertThat(fields(commands, "set", "order:1", "--absent", "state", "state=open").code())
        .isZero();
    SideBySide.run(
        () -> {
          CommandLine.Result refused =
              fields(commands, "set", "order:1", "--absent", "state", "state=new");
          assertThat(refused.code()).as("%s", refused).isEqualTo(1);
          assertThat(refused.errText()).contains("field 'state' must be absent, and is there");
        },
        () -> {
          CommandLine.Result noMap = fields(commands, "set", "text", "a=b");
          assertThat(noMap.code()).as("%s", noMap).isEqualTo(1);
          assertThat(noMap.errText()).contains("no map of fields");
        },
        () ->
            assertThat(commands.quorate("fields", "set", "text", "a=b").code())
                .as("another model")
                .isEqualTo(4));
    assertThat(
            fields(commands, "set", "order:1", "--expect", "state=open", "state=sent", "by=mail")
                .code())
        .isZero();
    assertThat(fields(commands, "set", "order:1", "--remove", "by").code()).isZero();
    assertThat(fields(commands, "get", "order:1").outText()).isEqualTo("state\tsent\n");

    assertThat(commands.quorate("tenant", "alter", OF_COMMANDS, "--max-value-bytes", "60").code())
        .isZero();
    SideBySide.run(
        () -> {
          CommandLine.Result tooLarge =
              fields(commands, "set", "order:1", "note=" + "n".repeat(30));
          assertThat(tooLarge.code()).as("%s", tooLarge).isEqualTo(1);
          assertThat(tooLarge.errText()).contains("more than the 60 bytes that a value may have");
        },
        () -> {
          CommandLine.Result never = fields(commands, "set", "order:1", "note=" + "n".repeat(60));
          assertThat(never.code()).as("%s", never).isEqualTo(4);
        });
    assertThat(fields(commands, "get", "order:1").outText()).isEqualTo("state\tsent\n");
  }

  private static CommandLine.Result fields(CommandLine commands, String... words) {
    List<String> all = new ArrayList<>(List.of("fields"));
    all.addAll(List.of(words));
    all.addAll(List.of("--tenant", OF_COMMANDS));
    return commands.quorate(all.toArray(String[]::new));
  }

  private static long number(FieldsValue read, String field) {
    return read.text(field).map(Long::parseLong).orElse(0L);
  }

  /**
   * A thread that counts up two fields of a key that no other one writes: one alone, and one
   * together with a field that all writers of the key count up.
   */
  private final class Writer {
    private final Fields fields;
    private final String key;
    private final String alone;
    private final String share;

    private long acknowledgedAlone;
    private long acknowledgedShare;
    private long lost;

    /** Whether no update of unknown outcome can be in the way of another one. */
    private boolean isSure = true;

    Writer(Fields fields, String key, int number) {
      this.fields = fields;
      this.key = key;
      this.alone = "alone-" + number;
      this.share = "share-" + number;
    }

    void run() {
      for (int turn = 0; !ends(); turn++) {
        boolean aloneNow = turn % 2 == 0;
        if (attempt(() -> update(aloneNow)) == End.UNKNOWN) {
          isSure = false; // it may still take effect, and be in the way of another one
          lost++;
        }
      }
    }

    private void update(boolean aloneNow) {
      FieldsValue read = fields.get(key);
      check(read);
      if (aloneNow) {
        countAlone(read);
      } else {
        countTogether(read);
      }
    }

    /**
     * No other writer can be in the way: only the field itself is in the condition. If it is
     * counted up, earlier updates of unknown outcome are no longer in the way, either.
     */
    private void countAlone(FieldsValue read) {
      try {
        var unused = fields.update(key, counting(FieldsUpdate.EMPTY, read, alone));
        acknowledgedAlone++;
        count(Kind.WRITTEN);
        isSure = true;
      } catch (ConditionFailedException another) {
        if (isSure) {
          wrong(key + ": another update was in the way of " + alone + ": " + another);
        }
      }
    }

    private void countTogether(FieldsValue read) {
      try {
        FieldsUpdate both = counting(counting(FieldsUpdate.EMPTY, read, share), read, TOGETHER);
        var unused = fields.update(key, both);
        acknowledgedShare++;
        count(Kind.WRITTEN);
      } catch (ConditionFailedException another) {
        count(Kind.OUTRUN);
        String field = another.field().orElse("");
        if (!field.equals(TOGETHER) && !field.equals(share)) {
          wrong(key + ": no condition was on '" + field + "': " + another);
        }
      }
    }

    private static FieldsUpdate counting(FieldsUpdate update, FieldsValue read, String field) {
      FieldsUpdate asked =
          read.has(field)
              ? update.ifEquals(field, read.value(field).orElseThrow())
              : update.ifAbsent(field);
      return asked.set(field, Long.toString(number(read, field) + 1));
    }

    private void check(FieldsValue read) {
      long shares = 0;
      for (String field : read.values().keySet()) {
        shares += field.startsWith("share-") ? number(read, field) : 0;
      }
      if (shares != number(read, TOGETHER)) {
        wrong("%s has %s together, and shares of %s".formatted(key, read.text(TOGETHER), shares));
      }
      long least = acknowledgedAlone + acknowledgedShare;
      long now = number(read, alone) + number(read, share);
      if (now < least || now > least + lost) {
        wrong(
            "%s: %s and %s are %s: acknowledged %s, unknown %s"
                .formatted(key, alone, share, now, least, lost));
      }
    }

    void settle() {
      check(fields.get(key));
    }
  }
}
