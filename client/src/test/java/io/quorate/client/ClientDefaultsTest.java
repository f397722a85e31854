package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.stub.StreamObserver;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.client.internal.engine.Words;
import io.quorate.proto.v1.ScanRequest;
import io.quorate.proto.v1.ScanResponse;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a call does not say, the client says; what the client does not say is left to the tenant.
 */
class ClientDefaultsTest {
  private final FakeCluster cluster = new FakeCluster(1);
  private final FakeNode node = cluster.nodes.get(0);

  @AfterEach
  void close() {
    cluster.close();
  }

  private QuorateClient.Builder builder() {
    return QuorateClient.builder().endpoints(cluster.endpoints());
  }

  /** On the wire an empty name stands for the default tenant, where such a program would write. */
  @Test
  void aBlankTenantIsRefused() {
    for (String blank : List.of("", " ")) {
      refusesBlank(() -> builder().tenant(blank));
      refusesBlank(() -> ReadOptions.DEFAULT.tenant(blank));
      refusesBlank(() -> WriteOptions.DEFAULT.tenant(blank));
      refusesBlank(() -> ScanOptions.DEFAULT.tenant(blank));
      refusesBlank(() -> IncrementOptions.DEFAULT.tenant(blank));
    }
  }

  @Test
  void whatIsOfOneTenantIsNotMadeForABlankOne() {
    Codec<String> text = Codec.utf8();
    try (QuorateClient client = builder().build()) {
      Session session = client.session();
      for (String blank : List.of("", " ")) {
        refusesBlank(() -> client.keyValue(blank, text, text));
        refusesBlank(() -> client.asyncKeyValue(blank, text, text));
        refusesBlank(() -> session.keyValue(blank, text, text));
        refusesBlank(() -> session.asyncKeyValue(blank, text, text));
        refusesBlank(() -> client.siblings(blank, text, text));
        refusesBlank(() -> client.asyncSiblings(blank, text, text));
        refusesBlank(() -> client.counters(blank));
        refusesBlank(() -> client.asyncCounters(blank));
        refusesBlank(() -> client.sets(blank));
        refusesBlank(() -> client.asyncSets(blank));
        refusesBlank(() -> client.maps(blank));
        refusesBlank(() -> client.asyncMaps(blank));
        refusesBlank(() -> client.fields(blank));
        refusesBlank(() -> client.asyncFields(blank));
      }
    }
  }

  private static void refusesBlank(ThrowingCallable use) {
    assertThatThrownBy(use)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the name of the tenant is blank: give a name, or leave the tenant out");
  }

  @Test
  void requestsThatNameNoLevelGetThatOfTheClient() {
    try (QuorateClient client = builder().readLevel(Level.ONE).writeLevel(Level.of(3)).build()) {
      KeyValue kv = client.keyValue();
      kv.put("k", "v");
      kv.delete("k");
      kv.get("k");
      kv.putAll(List.of(Entry.of("k", "v")), WriteOptions.DEFAULT);
      kv.getAll(List.of(FakeCluster.utf8("k")), ReadOptions.DEFAULT);
      assertThat(levels()).containsExactly("3", "3", "ONE", "3", "ONE");
      assertThat(scanned(kv, ScanOptions.DEFAULT)).isEqualTo("ONE");
    }
  }

  @Test
  void levelOfTheCallComesBeforeThatOfTheClient() {
    try (QuorateClient client = builder().readLevel(Level.ONE).writeLevel(Level.of(3)).build()) {
      KeyValue kv = client.keyValue();
      kv.put("k", "v", WriteOptions.DEFAULT.level(Level.ALL));
      kv.delete("k", WriteOptions.DEFAULT.level(Level.TWO));
      kv.get("k", ReadOptions.DEFAULT.level(Level.QUORUM));
      assertThat(levels()).containsExactly("ALL", "TWO", "QUORUM");
      assertThat(scanned(kv, ScanOptions.DEFAULT.level(Level.ALL))).isEqualTo("ALL");
    }
  }

  @Test
  void whereTheClientHasNoLevelTheTenantDecides() {
    try (QuorateClient client = builder().build()) {
      KeyValue kv = client.keyValue();
      kv.put("k", "v");
      kv.get("k");
      kv.delete("k");
      assertThat(levels()).containsExactly("unsaid", "unsaid", "unsaid");
      assertThat(scanned(kv, ScanOptions.DEFAULT)).isEqualTo("unsaid");
    }
    try (QuorateClient writer = builder().writeLevel(Level.ALL).build()) {
      node.frames.clear();
      writer.keyValue().get("k");
      assertThat(levels()).as("a write level is none for reads").containsExactly("unsaid");
    }
  }

  @Test
  void threadHasTheNameOfItsClient() {
    try (QuorateClient client = builder().name("billing").build()) {
      client.keyValue().get("k");
      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .anyMatch(name -> name.startsWith("quorate-client-billing-"));
    }
    assertThatThrownBy(() -> builder().name("two words")).hasMessageContaining("'two words'");
    assertThatThrownBy(() -> builder().name("n".repeat(65))).hasMessageContaining("at most 64");
  }

  private List<String> levels() {
    return node.operations().stream()
        .map(
            sent ->
                switch (sent.getOperationCase()) {
                  case PUT -> level(sent.getPut().hasLevel(), sent.getPut().getLevel());
                  case GET -> level(sent.getGet().hasLevel(), sent.getGet().getLevel());
                  case DELETE -> level(sent.getDelete().hasLevel(), sent.getDelete().getLevel());
                  case UPDATE -> level(sent.getUpdate().hasLevel(), sent.getUpdate().getLevel());
                  case INCREMENT, UPDATE_FIELDS, OPERATION_NOT_SET -> "nothing";
                })
        .toList();
  }

  private String scanned(KeyValue kv, ScanOptions options) {
    node.scanScript = ClientDefaultsTest::endAtOnce;
    try (Scan scan = kv.scan("", options)) {
      assertThat(scan.hasNext()).isFalse();
    }
    ScanRequest asked = node.scans.get(node.scans.size() - 1);
    return level(asked.hasLevel(), asked.getLevel());
  }

  private static void endAtOnce(ScanRequest ask, StreamObserver<ScanResponse> out) {
    out.onNext(ScanResponse.getDefaultInstance());
    out.onCompleted();
  }

  private static String level(boolean said, io.quorate.proto.v1.Level level) {
    return said ? String.valueOf(Words.fromWire(level)) : "unsaid";
  }
}
