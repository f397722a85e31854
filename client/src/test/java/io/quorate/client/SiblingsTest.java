package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.client.fake.FakeSiblings;
import io.quorate.client.internal.engine.Words;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.PutRequest;
import io.quorate.proto.v1.ScanResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys with siblings: what is sent, and what the caller gets. */
class SiblingsTest {
  private static final String CARTS = "carts";
  private static final String KEY = "cart:7";
  private static final long NOW = 1_700_000_000_000L << 16;

  private final FakeCluster cluster = new FakeCluster(3);

  /** What arrived at any node, in order. */
  private final List<Operation> asked = new CopyOnWriteArrayList<>();

  private final List<FinishedRequest> finished = new CopyOnWriteArrayList<>();
  private final QuorateClient client;
  private final SiblingKeyValue<String, String> carts;
  private final AsyncSiblingKeyValue<String, byte[]> bytes;

  SiblingsTest() {
    cluster.clock.set(NOW);
    cluster.placementHlc = NOW;
    cluster.createTenantWithSiblings(CARTS);
    for (FakeNode node : cluster.nodes) {
      node.script =
          operation -> {
            asked.add(operation);
            return cluster.serve(operation);
          };
    }
    client =
        QuorateClient.builder()
            .endpoints(cluster.endpoints())
            .readLevel(Level.ONE)
            .writeLevel(Level.ONE)
            .requestListener(finished::add)
            .build();
    carts = client.siblings(CARTS, Codec.utf8(), Codec.utf8());
    bytes = client.asyncSiblings(CARTS, Codec.utf8(), Codec.bytes());
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  private PutRequest put(int index) {
    return asked.stream().filter(Operation::hasPut).toList().get(index).getPut();
  }

  // ---- what the caller gets

  @Test
  void putsThatHaveSeenNothingAreKeptBesideEachOther() {
    assertThat(carts.get(KEY).isEmpty()).isTrue();
    assertThat(carts.get(KEY).context().isEmpty()).isTrue();
    assertThat(carts.get(KEY).version()).isNull();
    Version book = carts.put(KEY, "book").version();
    Version lamp = carts.put(KEY, "lamp").version();
    Siblings<String> read = carts.get(KEY);
    assertThat(read.values()).containsExactly("book", "lamp");
    assertThat(read.list()).extracting(each -> each.version()).containsExactly(book, lamp);
    assertThat(read.isConflict()).isTrue();
    assertThat(read.size()).isEqualTo(2);
    assertThat(read.version()).isEqualTo(lamp);
    assertThat(read.info().partition()).isNotNegative();
    assertThat(read.resolve(values -> String.join("+", values))).hasValue("book+lamp");
  }

  @Test
  void putTakesThePlaceOfWhatItsContextHasAndOfNothingElse() {
    carts.put(KEY, "book");
    Siblings<String> read = carts.get(KEY);
    carts.put(KEY, "lamp");
    SiblingWriteResult written = carts.put(KEY, "book, pen", read.context());
    assertThat(carts.get(KEY).values()).containsExactly("lamp", "book, pen");
    carts.put(KEY, "book, pen, ink", written.context());
    assertThat(carts.get(KEY).values()).containsExactly("lamp", "book, pen, ink");
    carts.put(KEY, "all", carts.get(KEY).context());
    assertThat(carts.get(KEY).values()).containsExactly("all");
    assertThat(carts.get(KEY).resolve(values -> "never asked")).hasValue("all");
  }

  @Test
  void deleteTakesWhatItsContextHasOrAll() {
    carts.put(KEY, "book");
    Context one = carts.get(KEY).context();
    carts.put(KEY, "lamp");
    carts.delete(KEY, one);
    assertThat(carts.get(KEY).values()).containsExactly("lamp");
    carts.put(KEY, "pen");
    SiblingWriteResult deleted = carts.delete(KEY);
    Siblings<String> nothing = carts.get(KEY);
    assertThat(nothing.isEmpty()).isTrue();
    assertThat(nothing.resolve(values -> "never asked")).isEmpty();
    assertThat(nothing.version()).isEqualTo(deleted.version());
    assertThat(nothing.context().isEmpty()).as("it has seen the deletion").isFalse();
  }

  @Test
  void contextsGoThroughTextAndBytes() {
    carts.put(KEY, "book");
    Context context = carts.get(KEY).context();
    assertThat(Context.parse(context.toString())).isEqualTo(context);
    assertThat(Context.of(context.bytes())).isEqualTo(context).hasSameHashCodeAs(context);
    assertThat(context.toString()).matches("[A-Za-z0-9_-]+");
    assertThat(Context.parse("")).isEqualTo(Context.NONE);
    assertThat(Context.NONE.toString()).isEmpty();
    assertThatThrownBy(() -> Context.parse("no context"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("this is no context");
    carts.put(KEY, "lamp", Context.parse(context.toString()));
    assertThat(carts.get(KEY).values()).containsExactly("lamp");
  }

  @Test
  void withoutBlockingItIsTheSame() {
    byte[] value = {(byte) 0xFF};
    SiblingWriteResult written = bytes.put(KEY, value).join();
    Siblings<byte[]> read = bytes.get(KEY).join();
    assertThat(read.values()).containsExactly(value);
    assertThat(read.list().get(0).version()).isEqualTo(written.version());
    bytes.put(KEY, new byte[0], read.context()).join();
    assertThat(bytes.get(KEY).join().values()).containsExactly(new byte[0]);
    bytes.delete(KEY, bytes.get(KEY).join().context()).join();
    assertThat(bytes.get(KEY).join().isEmpty()).isTrue();
    assertThat(finished)
        .extracting(FinishedRequest::result)
        .startsWith(FinishedRequest.Result.OK)
        .endsWith(FinishedRequest.Result.NOT_FOUND);
  }

  @Test
  void siblingThatTheCodecCannotReadIsToldWithItsBytes() {
    bytes.put(KEY, new byte[] {(byte) 0xC3}).join();
    carts.put(KEY, "book");
    DecodingException undecodable =
        catchThrowableOfType(DecodingException.class, () -> carts.get(KEY));
    assertThat(undecodable.result().bytes()).containsExactly(0xC3);
    assertThat(undecodable.result().version()).isNotNull();
    assertThatThrownBy(
            () -> client.asyncSiblings(CARTS, Codec.utf8(), Codec.utf8()).get(KEY).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(DecodingException.class);
    assertThat(bytes.get(KEY).join().size()).isEqualTo(2);
  }

  @Test
  void tooManySiblingsAreAnExceptionOfTheirOwn() {
    for (int i = 0; i < FakeSiblings.MAX; i++) {
      carts.put(KEY, "item " + i);
    }
    assertThatThrownBy(() -> carts.put(KEY, "one more"))
        .isInstanceOf(TooManySiblingsException.class)
        .hasMessageContaining("put of key 'cart:7' of tenant 'carts'")
        .hasMessageContaining("the key has 8 siblings")
        .satisfies(failed -> assertThat(((QuorateException) failed).mayHaveApplied()).isFalse());
    assertThat(finished.get(finished.size() - 1).result())
        .isEqualTo(FinishedRequest.Result.TOO_MANY_SIBLINGS);
    assertThat(asked).hasSize(FakeSiblings.MAX + 1);
    carts.put(KEY, "all", carts.get(KEY).context());
    assertThat(carts.get(KEY).values()).containsExactly("all");
  }

  // ---- what is sent

  @Test
  void writesAreStampedAndNameTheirContextInAllAttempts() {
    SiblingWriteResult first = carts.put(KEY, "book");
    AtomicInteger attempts = new AtomicInteger();
    for (FakeNode node : cluster.nodes) {
      node.script =
          operation -> {
            asked.add(operation);
            return switch (attempts.getAndIncrement()) {
              case 0 -> FakeCluster.failed(Reason.REASON_OUTCOME_UNKNOWN);
              case 1 -> FakeCluster.failed(Reason.REASON_UNAVAILABLE);
              default -> cluster.serve(operation);
            };
          };
    }
    carts.put(KEY, "lamp", first.context(), WriteOptions.DEFAULT.timeout(Duration.ofSeconds(20)));
    assertThat(put(0).getStamp().getFirstAttempt()).isTrue();
    assertThat(put(0).getStamp().getHlc()).isGreaterThan(NOW);
    assertThat(put(0).getContext().isEmpty()).isTrue();
    List<PutRequest> attemptsAtSecond = List.of(put(1), put(2), put(3));
    assertThat(attemptsAtSecond)
        .extracting(each -> each.getStamp().getFirstAttempt())
        .containsExactly(true, false, false);
    assertThat(attemptsAtSecond)
        .extracting(
            each ->
                each.toBuilder().setStamp(each.getStamp().toBuilder().clearFirstAttempt()).build())
        .containsOnly(
            put(1).toBuilder().setStamp(put(1).getStamp().toBuilder().clearFirstAttempt()).build());
    assertThat(put(1).getContext().toByteArray()).isEqualTo(first.context().bytes());

    carts.delete(KEY, first.context());
    assertThat(asked.get(asked.size() - 1).getDelete().getStamp().getFirstAttempt()).isTrue();
    assertThat(asked.get(asked.size() - 1).getDelete().getContext().toByteArray())
        .isEqualTo(first.context().bytes());
  }

  @Test
  void timeToLiveIsATimeOfTheStampAndIsRead() {
    carts.put(KEY, "book", Context.NONE, WriteOptions.DEFAULT.ttl(Duration.ofHours(1)));
    long expires = (put(0).getStamp().getHlc() >>> 16) + 3_600_000;
    assertThat(put(0).getTtlMs()).isZero();
    assertThat(put(0).getStamp().getExpiresAtMs()).isEqualTo(expires);
    assertThat(carts.get(KEY).list().get(0).expiresAtMillis()).isEqualTo(expires);
  }

  /** Defaults of the client are for tenants whose keys have one value. */
  @Test
  void readsAndWritesAreAtQuorumUnlessTheCallSaysAnotherLevel() {
    carts.get(KEY);
    carts.put(KEY, "book");
    carts.delete(KEY);
    io.quorate.proto.v1.Level quorum = Words.toWire(Level.QUORUM);
    assertThat(asked.get(0).getGet().getLevel()).isEqualTo(quorum);
    assertThat(asked.get(1).getPut().getLevel()).isEqualTo(quorum);
    assertThat(asked.get(2).getDelete().getLevel()).isEqualTo(quorum);
    carts.get(KEY, ReadOptions.DEFAULT.level(Level.ALL));
    assertThat(asked.get(3).getGet().getLevel()).isEqualTo(Words.toWire(Level.ALL));
  }

  @Test
  void readSaysWhatItsOptionsSay() {
    Version least = Version.of(0, NOW, 1, 1);
    carts.get(KEY, ReadOptions.DEFAULT.repair(ReadRepair.EVERYONE).minVersion(least));
    GetRequest get = asked.get(0).getGet();
    assertThat(get.getReadRepair()).isEqualTo(Words.toWire(ReadRepair.EVERYONE));
    assertThat(get.getMinVersion()).isEqualTo(Words.toWire(least));
    assertThatThrownBy(
            () ->
                carts.get(
                    KEY, ReadOptions.DEFAULT.fallback(key -> bytes.get(KEY).thenApply(r -> key))))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("no fallback");
  }

  @Test
  void tenantOfTheOptionsComesFirst() {
    cluster.createTenantWithSiblings("others");
    carts.put(KEY, "book", Context.NONE, WriteOptions.DEFAULT.tenant("others"));
    assertThat(carts.get(KEY).isEmpty()).isTrue();
    assertThat(carts.get(KEY, ReadOptions.DEFAULT.tenant("others")).values())
        .containsExactly("book");
  }

  // ---- scans

  @Test
  void scansShowSiblingsAndContexts() {
    cluster.nodes.forEach(
        node ->
            node.scanScript =
                (request, out) -> {
                  out.onNext(
                      ScanResponse.newBuilder()
                          .addEntries(
                              io.quorate.proto.v1.ScanEntry.newBuilder()
                                  .setKey(ByteString.copyFromUtf8(KEY))
                                  .setVersion(Words.toWire(Version.of(0, 9, 1, 1)))
                                  .setContext(ByteString.copyFromUtf8("c"))
                                  .addSiblings(sibling("book", 8))
                                  .addSiblings(sibling("lamp", 9)))
                          .build());
                  out.onCompleted();
                });
    try (Scan scan = client.keyValue().scan("", ScanOptions.DEFAULT.tenant(CARTS))) {
      ScanEntry entry = scan.next();
      assertThat(entry.keyText()).isEqualTo(KEY);
      assertThat(entry.version().hlc()).isEqualTo(9);
      assertThat(entry.siblings()).isNotNull();
      Siblings<String> siblings =
          Siblings.decoded(Objects.requireNonNull(entry.siblings()), Codec.utf8());
      assertThat(siblings.values()).containsExactly("book", "lamp");
      assertThat(siblings.context()).isEqualTo(Context.of(FakeCluster.utf8("c")));
      assertThatThrownBy(entry::value)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("2 siblings")
          .hasMessageContaining("use siblings()");
      assertThatThrownBy(entry::valueText).isInstanceOf(IllegalStateException.class);
      assertThat(scan.hasNext()).isFalse();
    }
    ScanEntry plain = ScanEntry.of(new byte[1], new byte[2], Version.of(0, 1, 1, 1), 0);
    assertThat(plain.siblings()).isNull();
    assertThat(plain.value()).hasSize(2);
  }

  private static io.quorate.proto.v1.Sibling.Builder sibling(String value, long hlc) {
    return io.quorate.proto.v1.Sibling.newBuilder()
        .setValue(ByteString.copyFromUtf8(value))
        .setVersion(Words.toWire(Version.of(0, hlc, 1, 1)));
  }

  /** For tests of applications. */
  @Test
  void resultsCanBeMadeAndCompared() {
    Siblings<String> made =
        Siblings.<String>builder()
            .list(List.of(Sibling.of("book", Version.of(0, 1, 1, 1), 0)))
            .context(Context.of(new byte[] {1}))
            .build();
    assertThat(made.toBuilder().build()).isEqualTo(made).hasSameHashCodeAs(made);
    assertThat(made.toString()).contains("book version 0.1@");
    SiblingWriteResult written =
        SiblingWriteResult.of(Version.of(0, 1, 1, 1), made.context(), made.info());
    assertThat(written)
        .isEqualTo(SiblingWriteResult.of(written.version(), written.context(), written.info()));
  }
}
