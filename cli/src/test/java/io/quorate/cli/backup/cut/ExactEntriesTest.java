package io.quorate.cli.backup.cut;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.backup.Runs;
import io.quorate.cli.backup.run.FakeBackups;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.output.Console;
import io.quorate.client.FailedPreconditionException;
import io.quorate.client.FailureCode;
import io.quorate.client.FailureInfo;
import io.quorate.client.ScanEntry;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.ReplicationFactor;
import io.quorate.client.admin.Retries;
import io.quorate.client.admin.TenantSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Entries as of one moment: a cut is made for them, read and ended. */
class ExactEntriesTest {
  private static final HexFormat HEX = HexFormat.of();

  private static final Instant MOMENT = Instant.parse("2026-11-27T10:41:00.250Z");

  private final FakeBackups cluster = new FakeBackups(6, 5).tenant("orders");
  private final List<String> notes = new CopyOnWriteArrayList<>();
  private final Map<String, String> taken = new TreeMap<>();

  private ExactEntries.Done read(String prefix, @Nullable Instant asOf, ExactEntries.Sink sink)
      throws Exception {
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
            new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
            false,
            false);
    return new ExactEntries(cluster, new ExactEntries.Shown(console, notes::add, true))
        .read(
            new ExactEntries.Request("orders", prefix.getBytes(UTF_8), asOf, Duration.ofMillis(1)),
            sink);
  }

  private void take(ScanEntry entry) {
    String before = taken.put(HEX.formatHex(entry.key()), HEX.formatHex(entry.value()));
    assertThat(before).as("each key comes once").isNull();
  }

  private void whenRead(Runnable task) {
    cluster.onAsk =
        what -> {
          if (what.equals("read")) {
            task.run();
          }
        };
  }

  @Test
  void allAreAsOfTheCut() throws Exception {
    Runs.fill(cluster, "orders", 60, 40);
    Map<String, String> then = cluster.contents("orders");
    AtomicInteger number = new AtomicInteger();
    whenRead(
        () ->
            cluster.put(
                "orders", new byte[] {9, 9, (byte) number.incrementAndGet()}, new byte[] {1}));
    ExactEntries.Done done = read("", null, this::take);
    assertThat(taken).isEqualTo(then).isNotEqualTo(cluster.contents("orders"));
    assertThat(done)
        .isEqualTo(
            new ExactEntries.Done(then.size(), Instant.ofEpochMilli(FakeBackups.CUT_MILLIS)));
    assertThat(notes).containsExactly("making the cut...");
    assertThat(cluster.endedCuts).containsExactly(1L);
    assertThat(cluster.askedAsOf).isEmpty();
  }

  /** No cut is made: there would be no entries in it. */
  @Test
  void aTenantOfWhichThereIsNoMomentIsRefused() {
    cluster.tenant(
        "orders",
        ReplicationFactor.of(3),
        TenantSettings.DEFAULT.model(Model.LINEARIZABLE).retries(Retries.REPEAT));
    assertThatThrownBy(() -> read("", null, this::take))
        .isInstanceOf(CommandFailedException.class)
        .hasMessage(
            "nothing was exported: tenant 'orders' has model LINEARIZABLE, and an export of one"
                + " moment is of tenants with model LAST_WRITE_WINS. Without --exact and --as-of it"
                + " is exported, each key by itself; 'quorate backup create --to DIR --exact"
                + " --tenant orders' backs it up, each key by itself");
    assertThat(cluster.endedCuts).isEmpty();
  }

  /** Nor is there a plain export of most models. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LAST_WRITE_WINS")
  void ofAnyOtherModelTheRefusalSaysWhatCanBeHad(Model model) {
    cluster.tenant(
        "orders",
        ReplicationFactor.of(3),
        TenantSettings.DEFAULT.model(model).retries(Retries.REPEAT));
    for (Instant asOf : new @Nullable Instant[] {null, MOMENT}) {
      assertThatThrownBy(() -> read("", asOf, this::take))
          .isInstanceOf(CommandFailedException.class)
          .hasMessageStartingWith("nothing was exported: tenant 'orders' has model " + model)
          .hasMessageEndingWith(
              "LAST_WRITE_WINS. %s'quorate backup create --to DIR --exact --tenant orders' backs it"
                  + " up, each key by itself",
              model == Model.LINEARIZABLE
                  ? "Without --exact and --as-of it is exported, each key by itself; "
                  : "");
    }
    assertThat(taken).isEmpty();
    assertThat(cluster.askedAsOf).isEmpty();
    assertThat(cluster.endedCuts).isEmpty();
  }

  @Test
  void keysWithThePrefixAreReadAsOfTheMoment() throws Exception {
    for (int i = 0; i < 30; i++) {
      cluster.put("orders", ("a" + i).getBytes(UTF_8), new byte[] {1});
      cluster.put("orders", ("b" + i).getBytes(UTF_8), new byte[] {2});
    }
    ExactEntries.Done done = read("b", MOMENT, this::take);
    assertThat(done).isEqualTo(new ExactEntries.Done(30, MOMENT));
    assertThat(taken).hasSize(30).containsKey(HEX.formatHex("b29".getBytes(UTF_8)));
    assertThat(cluster.askedAsOf).containsExactly(MOMENT);
  }

  /** Half an export looks like all of a smaller one. */
  @Test
  void imagesThatAreGoneStopIt() {
    Runs.fill(cluster, "orders", 60, 40);
    AtomicInteger pages = new AtomicInteger();
    whenRead(
        () -> {
          if (pages.incrementAndGet() == 4) {
            throw new FailedPreconditionException("too few images are left", FailureInfo.NONE);
          }
        });
    assertThatThrownBy(() -> read("", null, this::take))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageStartingWith("the export stopped: partition ")
        .hasMessageContaining("of tenant 'orders': too few images are left");
    assertThat(cluster.endedCuts).containsExactly(1L);
  }

  @Test
  void cutIsEndedThoughNothingTakesTheEntries() {
    Runs.fill(cluster, "orders", 60, 40);
    assertThatThrownBy(
            () ->
                read(
                    "",
                    null,
                    entry -> {
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
    assertThat(cluster.endedCuts).containsExactly(1L);
  }

  @Test
  void ofATenantWithoutAHistoryItSaysWhatCanBeExported() {
    String why = "it is not known what tenant 'orders' held";
    cluster.onAsk =
        what -> {
          throw FakeBackups.refused(why, FailureCode.NO_HISTORY);
        };
    assertThatThrownBy(() -> read("", MOMENT, this::take))
        .isInstanceOf(CommandFailedException.class)
        .hasMessage(
            "the export stopped: "
                + why
                + "; to export what is there now, leave out --as-of, or give --exact in its place");
    assertThat(cluster.endedCuts).isEmpty();
  }

  @Test
  void cutThatDoesNotComeAboutIsMadeAgainAFewTimes() throws Exception {
    cluster.voids.addAll(List.of("node 2 is down", "two", "three", "four"));
    assertThatThrownBy(() -> read("", null, this::take))
        .hasMessage("the export stopped: the cut could not be made, at 4 attempts: four");
    assertThat(notes).contains("the cut did not come about, and is made again: node 2 is down");
    assertThat(read("", null, this::take).entries()).isZero();
  }
}
