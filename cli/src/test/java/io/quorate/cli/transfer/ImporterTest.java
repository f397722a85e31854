package io.quorate.cli.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.FailureInfo;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.ResultInfo;
import io.quorate.client.UnavailableException;
import io.quorate.client.Version;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is sent, and when, into a store that fails as a test says. */
@Timeout(60)
final class ImporterTest {
  private static final WriteResult STORED =
      WriteResult.of(Version.of(0, 1, 1, 1), ResultInfo.of(0, 1, new long[] {1}, false));

  private final AtomicLong nowMillis = new AtomicLong(1_000);
  private final List<String> sent = new CopyOnWriteArrayList<>();

  private static RecordSource lines(String... lines) {
    return new JsonLines(
        new LineReader(new ByteArrayInputStream(String.join("\n", lines).getBytes(UTF_8)), 1 << 20),
        Fields.EXPORTED,
        false);
  }

  private Importer importer(Importer.Store store) {
    return new Importer(
        (key, value, options) -> {
          Duration ttl = options.ttl();
          sent.add(new String(value, UTF_8) + (ttl == null ? "" : " for " + ttl.toMillis()));
          return store.put(key, value, options);
        },
        WriteOptions.DEFAULT,
        100,
        Duration.ofSeconds(30),
        0,
        nowMillis::get,
        (line, reason) -> {
          throw new AssertionError("line " + line + ": " + reason);
        });
  }

  private static CompletableFuture<WriteResult> unavailable() {
    return CompletableFuture.failedFuture(
        new UnavailableException("a replica died", FailureInfo.NONE, null));
  }

  /** A retry must not give back the time that passed before it. */
  @Test
  void eachAttemptHasTheTimeThatIsLeft() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    Importer importer =
        importer(
            (key, value, options) -> {
              nowMillis.addAndGet(100);
              return attempts.incrementAndGet() < 3
                  ? unavailable()
                  : CompletableFuture.completedFuture(STORED);
            });
    assertThat(
            importer.run(lines("{\"key\":\"a\",\"value\":\"x\",\"expires_at_ms\":2000}"), () -> {}))
        .isNull();
    assertThat(sent).containsExactly("x for 1000", "x for 900", "x for 800");
    assertThat(importer.progress().stored()).isEqualTo(1);
  }

  @Test
  void whatExpiresMeanwhileIsSkipped() throws Exception {
    Importer importer =
        importer(
            (key, value, options) -> {
              nowMillis.set(2_000);
              return unavailable();
            });
    RecordSource source =
        lines(
            "{\"key\":\"a\",\"value\":\"x\",\"expires_at_ms\":2000}",
            "{\"key\":\"b\",\"value\":\"y\",\"expires_at_ms\":1000}");
    assertThat(importer.run(source, () -> {})).isNull();
    assertThat(sent).containsExactly("x for 1000");
    assertThat(importer.progress()).isEqualTo(new Importer.Progress(2, 0, 0, 0, 2, 1));
  }

  @Test
  void linesOfAKeyAreStoredOneAfterTheOther() throws Exception {
    CompletableFuture<WriteResult> first = new CompletableFuture<>();
    Importer importer =
        importer(
            (key, value, options) ->
                new String(value, UTF_8).equals("1")
                    ? first
                    : CompletableFuture.completedFuture(STORED));
    RecordSource source =
        lines(
            "{\"key\":\"a\",\"value\":\"1\"}",
            "{\"key\":\"a\",\"value\":\"2\"}",
            "{\"key\":\"b\",\"value\":\"other\"}",
            "{\"key\":\"a\",\"value\":\"3\"}");
    AtomicInteger turns = new AtomicInteger();
    @Nullable Throwable failure =
        importer.run(
            source,
            () -> {
              if (turns.incrementAndGet() == 4) {
                assertThat(sent).containsExactly("1", "other");
                first.complete(STORED);
              }
            });
    assertThat(failure).isNull();
    assertThat(sent).containsExactly("1", "other", "2", "3");
    assertThat(importer.progress().line()).isEqualTo(4);
  }

  /** What waits for a record that cannot be stored is not sent, and a later run begins there. */
  @Test
  void whatWaitsWhenTheImportStopsIsNotSent() throws Exception {
    CompletableFuture<WriteResult> first = new CompletableFuture<>();
    Importer importer = importer((key, value, options) -> first);
    AtomicInteger turns = new AtomicInteger();
    @Nullable Throwable failure =
        importer.run(
            lines(
                "{\"key\":\"a\",\"value\":\"1\"}",
                "{\"key\":\"a\",\"value\":\"2\"}",
                "{\"key\":\"a\",\"value\":\"3\"}"),
            () -> {
              if (turns.incrementAndGet() == 3) {
                first.completeExceptionally(
                    new PermissionDeniedException("not yours", FailureInfo.NONE, null));
              }
            });
    assertThat(failure).isInstanceOf(PermissionDeniedException.class);
    assertThat(sent).containsExactly("1");
    assertThat(importer.progress()).isEqualTo(new Importer.Progress(0, 0, 0, 0, 0, 0));
  }
}
