package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.cli.FakeCluster;
import io.quorate.client.Entry;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.KeyValue;
import io.quorate.client.Outcome;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import io.quorate.node.RealCluster;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.ScanRequest;
import io.quorate.proto.v1.ScanResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What commands are tested against answers as a real node does, where it imitates one: both are
 * held to the same body of facts.
 */
class FakeClusterContractTest {
  private static final int FIRST_PORT = 17_585;
  private static final int ENTRIES = 25;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Test
  void theFakeKeepsTheContract() throws Exception {
    try (FakeCluster fake = new FakeCluster()) {
      keepsTheContract(fake.endpoint());
    }
  }

  @Test
  void aRealNodeKeepsTheContract(@TempDir Path directory) throws Exception {
    try (RealCluster real = RealCluster.ready(directory, FIRST_PORT, 1)) {
      keepsTheContract(real.address(0));
    }
  }

  private static void keepsTheContract(String address) throws InterruptedException {
    try (QuorateClient client =
        QuorateClient.builder().endpoints(address).timeout(PATIENCE).build()) {
      valuesAreKeptUntilTheyAreDeleted(client.keyValue());
      whatIsTooLargeIsInvalid(client.keyValue());
      eachOfABatchHasItsOutcome(client.keyValue());
    }
    ManagedChannel channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
    try {
      scansEndAtTheirLimit(KeyValueGrpc.newBlockingStub(channel));
      scansKeepTheirBoundsAndTheirDirection(KeyValueGrpc.newBlockingStub(channel));
    } finally {
      channel.shutdownNow();
    }
  }

  private static void valuesAreKeptUntilTheyAreDeleted(KeyValue kv) {
    assertThat(kv.get("a").found()).isFalse();
    kv.put("a", "1");
    assertThat(kv.get("a").text()).isEqualTo("1");
    assertThat(kv.put("a", "2").version()).isNotEqualTo(kv.put("a", "3").version());
    assertThat(kv.get("a").text()).isEqualTo("3");
    kv.delete("a");
    assertThat(kv.get("a").found()).isFalse();
    kv.put("empty", "");
    assertThat(kv.get("empty").found()).isTrue();
    kv.delete("empty");
  }

  private static void whatIsTooLargeIsInvalid(KeyValue kv) {
    byte[] longKey = new byte[4097];
    assertThatThrownBy(() -> kv.put(longKey, new byte[0]))
        .isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> kv.get(longKey)).isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> kv.delete(longKey)).isInstanceOf(InvalidRequestException.class);
    InvalidRequestException refused =
        catchThrowableOfType(
            InvalidRequestException.class,
            () -> kv.put(bytes("big"), new byte[(4 << 20) + 1], WriteOptions.DEFAULT));
    assertThat(refused)
        .hasMessageContaining("the value has 4194305 bytes; at most 4194304 are allowed");
    assertThat(refused.mayHaveApplied()).isFalse();
    assertThat(refused.info().replicasNeeded()).isZero();
    assertThat(refused.info().partition()).isNotNegative();
    kv.put(bytes("big"), new byte[4 << 20], WriteOptions.DEFAULT);
    kv.delete("big");
  }

  private static void eachOfABatchHasItsOutcome(KeyValue kv) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < ENTRIES; i++) {
      entries.add(Entry.of(bytes("scan:%02d".formatted(i)), bytes("value " + i)));
    }
    entries.add(Entry.of(new byte[4097], bytes("too long a key")));
    List<? extends Outcome<?>> stored = kv.putAll(entries, WriteOptions.DEFAULT);
    assertThat(stored.subList(0, ENTRIES)).allMatch(each -> each instanceof Outcome.Done);
    assertThat(stored.get(ENTRIES)).isInstanceOf(Outcome.Failed.class);
    List<byte[]> keys = entries.subList(0, ENTRIES).stream().map(Entry::key).toList();
    assertThat(kv.getAll(keys, ReadOptions.DEFAULT))
        .extracting(each -> each.get().text())
        .containsExactlyElementsOf(
            IntStream.range(0, ENTRIES).mapToObj(i -> "value " + i).toList());
  }

  /** The stream ends well at the limit, with a cursor where there may be more. */
  private static void scansEndAtTheirLimit(KeyValueGrpc.KeyValueBlockingStub node) {
    for (int pageSize : new int[] {0, 1, 7, ENTRIES, 1000}) {
      assertThat(keys(scan(node, 0, pageSize))).hasSize(ENTRIES).doesNotHaveDuplicates();
      for (int limit : new int[] {1, 7, 10, ENTRIES, ENTRIES + 1}) {
        List<ScanResponse> pages = scan(node, limit, pageSize);
        assertThat(keys(pages))
            .as("limit %s, page size %s", limit, pageSize)
            .hasSize(Math.min(limit, ENTRIES))
            .doesNotHaveDuplicates();
        if (pageSize > 0) {
          assertThat(pages).allMatch(page -> page.getEntriesCount() <= pageSize);
        }
        ByteString cursor = pages.getLast().getCursor();
        if (limit != ENTRIES) { // where all has been given a node may or may not know it yet
          assertThat(cursor.isEmpty())
              .as("at the end, limit %s, page size %s", limit, pageSize)
              .isEqualTo(limit > ENTRIES);
        }
        if (limit < ENTRIES) {
          List<ByteString> all = keys(pages);
          all.addAll(keys(pages(node, request(0, pageSize).setCursor(cursor))));
          assertThat(all).hasSize(ENTRIES).doesNotHaveDuplicates();
        }
      }
    }
    assertThat(pages(node, request(0, 0).setKeysOnly(true)))
        .allMatch(page -> page.getEntriesList().stream().allMatch(e -> e.getValue().isEmpty()));
    assertThat(keys(pages(node, request(0, 0).setPrefix(ByteString.copyFromUtf8("none")))))
        .isEmpty();
  }

  /** Those in reverse have what the others have, in the opposite order. */
  private static void scansKeepTheirBoundsAndTheirDirection(
      KeyValueGrpc.KeyValueBlockingStub node) {
    for (int pageSize : new int[] {0, 1, 7}) {
      ScanRequest.Builder between =
          request(0, pageSize)
              .setStart(ByteString.copyFromUtf8("scan:05"))
              .setEnd(ByteString.copyFromUtf8("scan:15"));
      List<ByteString> forward = keys(pages(node, between));
      assertThat(forward)
          .hasSize(10)
          .contains(ByteString.copyFromUtf8("scan:05"))
          .doesNotContain(ByteString.copyFromUtf8("scan:15"));
      assertThat(keys(pages(node, between.setReverse(true)))).isEqualTo(forward.reversed());
      List<ScanResponse> first = pages(node, between.setLimit(4));
      List<ByteString> both = keys(first);
      between.setLimit(0).setCursor(first.getLast().getCursor());
      both.addAll(keys(pages(node, between)));
      assertThat(both).as("goes on at its cursor").isEqualTo(forward.reversed());
      ScanRequest.Builder none = request(0, pageSize).setStart(ByteString.copyFromUtf8("scan:9"));
      assertThat(keys(pages(node, none.setEnd(ByteString.copyFromUtf8("scan:0"))))).isEmpty();
    }
  }

  private static List<ScanResponse> scan(
      KeyValueGrpc.KeyValueBlockingStub node, int limit, int pageSize) {
    return pages(node, request(limit, pageSize));
  }

  private static ScanRequest.Builder request(int limit, int pageSize) {
    return ScanRequest.newBuilder()
        .setPrefix(ByteString.copyFromUtf8("scan:"))
        .setLimit(limit)
        .setPageSize(pageSize);
  }

  private static List<ScanResponse> pages(
      KeyValueGrpc.KeyValueBlockingStub node, ScanRequest.Builder request) {
    List<ScanResponse> pages = new ArrayList<>();
    node.scan(request.build()).forEachRemaining(pages::add);
    return pages;
  }

  private static List<ByteString> keys(List<ScanResponse> pages) {
    List<ByteString> keys = new ArrayList<>();
    pages.forEach(page -> page.getEntriesList().forEach(entry -> keys.add(entry.getKey())));
    return keys;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
