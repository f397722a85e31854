package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.quorate.cli.FakeCluster;
import io.quorate.cli.Ran;
import io.quorate.client.AsyncKeyValue;
import io.quorate.client.Entry;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.Outcome;
import io.quorate.client.QuorateClient;
import io.quorate.client.Scan;
import io.quorate.client.ScanEntry;
import io.quorate.client.ScanOptions;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import io.quorate.node.RealCluster;
import io.quorate.proto.v1.DeleteRequest;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PipeRequest;
import io.quorate.proto.v1.PipeResponse;
import io.quorate.proto.v1.PutRequest;
import io.quorate.proto.v1.ScanRequest;
import io.quorate.proto.v1.ScanResponse;
import io.quorate.transport.RequestLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a node answers at its limits, and how its streams end; the fake cluster that commands are
 * tested with answers the same.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FakesAsNodesTest {
  private static final int FIRST_PORT = 17_570;
  private static final int ENTRIES = 25;

  /** What answers: a real node, or the fake. */
  enum By {
    NODE,
    FAKE
  }

  private final FakeCluster fake = new FakeCluster();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private RealCluster cluster;

  @BeforeAll
  void store(@TempDir Path directory) throws Exception {
    cluster = RealCluster.ready(directory, FIRST_PORT, 1);
    for (By by : By.values()) {
      List<Entry> entries = new ArrayList<>();
      for (int i = 0; i < ENTRIES; i++) {
        entries.add(Entry.of(bytes("k" + i), bytes("value " + i)));
      }
      try (QuorateClient client = client(by)) {
        assertThat(client.keyValue().putAll(entries, WriteOptions.DEFAULT))
            .allMatch(stored -> stored instanceof Outcome.Done);
      }
    }
  }

  @AfterEach
  void disconnect() {
    channels.forEach(ManagedChannel::shutdownNow);
  }

  @AfterAll
  void stop() {
    cluster.close();
    fake.close();
  }

  /** What no message holds is refused by itself, and ends no other call of its stream. */
  @ParameterizedTest
  @EnumSource
  void aValueThatNoMessageHoldsDisturbsNoOtherCall(By by) {
    try (QuorateClient client = client(by)) {
      AsyncKeyValue kv = client.asyncKeyValue();
      kv.put("connected", "v").join();
      int readable = RequestLimits.DEFAULT.messageBytesMax();
      List<CompletableFuture<WriteResult>> others = new ArrayList<>();
      for (int size : new int[] {5 << 20, readable - 4_200, readable, 20 << 20, 60 << 20}) {
        others.add(kv.put("other-" + size, "v"));
        CompletableFuture<WriteResult> large = kv.put(bytes("large"), new byte[size]);
        others.add(kv.put("another-" + size, "v"));
        assertThatThrownBy(large::join)
            .cause()
            .isInstanceOf(InvalidRequestException.class)
            .hasMessageContaining("at most 4194304")
            .hasMessageContaining("split it, or raise");
      }
      assertThat(others).allSatisfy(other -> assertThat(other.join().version()).isNotNull());
      assertThat(client.counts().retries()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void scanEndsItsStreamAtTheLimitWithACursor(By by) {
    for (int limit : new int[] {1, 3, 4, 8, ENTRIES - 1}) {
      for (int pageSize : new int[] {0, 1, 4, 100}) {
        List<ScanResponse> pages = pages(by, request(pageSize, limit));
        assertThat(pages.stream().mapToInt(ScanResponse::getEntriesCount).sum()).isEqualTo(limit);
        assertThat(pages).allMatch(page -> !page.getCursor().isEmpty());
        assertThat(pages).allMatch(page -> pageSize == 0 || page.getEntriesCount() <= pageSize);
        ByteString cursor = pages.get(pages.size() - 1).getCursor();
        List<ScanResponse> rest = pages(by, request(0, 0).toBuilder().setCursor(cursor).build());
        pages.addAll(rest);
        assertThat(keys(pages)).hasSize(ENTRIES).doesNotHaveDuplicates();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void scanWithoutALimitEndsWithAPageThatHasNoCursor(By by) {
    for (int limit : new int[] {0, ENTRIES + 1, 1000}) {
      List<ScanResponse> pages = pages(by, request(4, limit));
      assertThat(keys(pages)).hasSize(ENTRIES).doesNotHaveDuplicates();
      int last = pages.size() - 1;
      assertThat(pages.subList(0, last)).allMatch(page -> !page.getCursor().isEmpty());
      assertThat(pages.get(last).getCursor().isEmpty()).isTrue();
    }
    List<ScanResponse> none =
        pages(by, ScanRequest.newBuilder().setPrefix(ByteString.copyFromUtf8("none")).build());
    assertThat(keys(none)).isEmpty();
    assertThat(none.get(none.size() - 1).getCursor().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void clientAndCommandStopAtTheLimit(By by) {
    try (QuorateClient client = client(by)) {
      for (int limit : new int[] {1, 3, 4, ENTRIES - 1, ENTRIES, ENTRIES + 1}) {
        ScanOptions options = ScanOptions.DEFAULT.limit(limit).pageSize(4);
        List<String> keys = new ArrayList<>();
        byte[] cursor;
        try (Scan scan = client.keyValue().scan(bytes("k"), options)) {
          scan.forEachRemaining(entry -> keys.add(entry.keyText()));
          cursor = scan.cursor();
        }
        assertThat(keys).hasSize(Math.min(limit, ENTRIES)).doesNotHaveDuplicates();
        if (limit <= ENTRIES) {
          try (Scan rest = client.keyValue().scan(bytes("k"), ScanOptions.DEFAULT.cursor(cursor))) {
            rest.stream().map(ScanEntry::keyText).forEach(keys::add);
          }
          assertThat(keys).hasSize(ENTRIES).doesNotHaveDuplicates();
        }
      }
    }
    Ran scanned = Ran.command("scan", "--limit", "3", "--keys-only", "--endpoints", endpoint(by));
    assertThat(scanned.exitCode()).isZero();
    assertThat(scanned.out().lines()).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource
  void keysAndValuesPastTheLimitsAreRefusedOneByOne(By by) throws Exception {
    int keyMax = RequestLimits.DEFAULT.keyBytesMax();
    ByteString longest = ByteString.copyFrom(new byte[keyMax]);
    ByteString tooLong = ByteString.copyFrom(new byte[keyMax + 1]);
    ByteString tooLarge = ByteString.copyFrom(new byte[RequestLimits.DEFAULT.valueBytesMax() + 1]);
    List<OperationResult> results =
        piped(
            by,
            put(longest, ByteString.EMPTY),
            put(tooLong, ByteString.EMPTY),
            put(ByteString.EMPTY, ByteString.EMPTY),
            put(longest, tooLarge),
            Operation.newBuilder().setGet(GetRequest.newBuilder().setKey(tooLong)).build(),
            Operation.newBuilder().setDelete(DeleteRequest.newBuilder().setKey(tooLong)).build(),
            Operation.getDefaultInstance(),
            Operation.newBuilder().setDelete(DeleteRequest.newBuilder().setKey(longest)).build());
    assertThat(results).hasSize(8);
    for (int i = 0; i < results.size(); i++) {
      OperationResult result = results.get(i);
      if (i == 0 || i == 7) {
        assertThat(result.hasFailure()).isFalse();
      } else {
        assertThat(result.getFailure().getReason()).isEqualTo(Reason.REASON_INVALID);
        assertThat(result.getFailure().getMayHaveApplied()).isFalse();
      }
    }
  }

  /** Keys and values are hexadecimal with --hex, and so are bounds. */
  @ParameterizedTest
  @EnumSource
  void commandScansBetweenKeysAndInReverse(By by) {
    String endpoints = endpoint(by);
    List<String> forward =
        scanned("scan", "k", "--start", "k3", "--end", "k7", "--endpoints", endpoints);
    assertThat(forward)
        .isNotEmpty()
        .allMatch(key -> key.compareTo("k3") >= 0 && key.compareTo("k7") < 0)
        .contains("k3")
        .doesNotContain("k7");
    assertThat(
            scanned("scan", "--start", "k3", "--end", "k7", "--reverse", "--endpoints", endpoints))
        .isEqualTo(forward.reversed());
    assertThat(
            scanned("scan", "--hex", "--start", "6b33", "--end", "6b37", "--endpoints", endpoints))
        .hasSameSizeAs(forward)
        .contains("6b33");
    assertThat(scanned("scan", "--start", "k7", "--end", "k3", "--endpoints", endpoints)).isEmpty();
  }

  private static List<String> scanned(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--keys-only");
    Ran scanned = Ran.command(all.toArray(String[]::new));
    assertThat(scanned.exitCode()).as(scanned.err()).isZero();
    return scanned.out().lines().toList();
  }

  @Test
  void aCursorOfTheOtherDirectionIsRefused() {
    ByteString cursor = pages(By.NODE, request(3, 3)).getLast().getCursor();
    ScanRequest reverse = request(0, 0).toBuilder().setReverse(true).setCursor(cursor).build();
    assertThatThrownBy(() -> pages(By.NODE, reverse))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("that cursor is of a scan that goes forward");
  }

  @Test
  void aBoundThatIsTooLongIsRefused() {
    ByteString tooLong = ByteString.copyFrom(new byte[RequestLimits.DEFAULT.keyBytesMax() + 2]);
    ScanRequest request = request(0, 0).toBuilder().setEnd(tooLong).build();
    assertThatThrownBy(() -> pages(By.NODE, request))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("the end of the scan has 4098 bytes; at most 4097");
  }

  @Test
  void aMalformedCursorIsRefused() {
    ScanRequest request =
        request(0, 0).toBuilder().setCursor(ByteString.copyFromUtf8("none")).build();
    assertThatThrownBy(() -> pages(By.NODE, request))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("INVALID_ARGUMENT");
  }

  /** Returns results in the order asked, once the node has ended its half of the stream too. */
  private List<OperationResult> piped(By by, Operation... operations) throws Exception {
    List<OperationResult> results = new ArrayList<>();
    CompletableFuture<Void> end = new CompletableFuture<>();
    StreamObserver<PipeRequest> pipe =
        KeyValueGrpc.newStub(channel(by))
            .pipe(
                new StreamObserver<>() {
                  @Override
                  public void onNext(PipeResponse frame) {
                    results.addAll(frame.getResultsList());
                  }

                  @Override
                  public void onError(Throwable failure) {
                    end.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {
                    end.complete(null);
                  }
                });
    long id = 0;
    for (Operation operation : operations) {
      pipe.onNext(
          PipeRequest.newBuilder()
              .addOperations(operation.toBuilder().setId(++id).setTimeoutMs(10_000))
              .build());
    }
    pipe.onCompleted();
    end.get(30, TimeUnit.SECONDS);
    results.sort((one, other) -> Long.compare(one.getId(), other.getId()));
    return results;
  }

  private static Operation put(ByteString key, ByteString value) {
    return Operation.newBuilder()
        .setPut(PutRequest.newBuilder().setKey(key).setValue(value))
        .build();
  }

  private static ScanRequest request(int pageSize, int limit) {
    return ScanRequest.newBuilder()
        .setPrefix(ByteString.copyFromUtf8("k"))
        .setPageSize(pageSize)
        .setLimit(limit)
        .build();
  }

  private List<ScanResponse> pages(By by, ScanRequest request) {
    List<ScanResponse> pages = new ArrayList<>();
    Iterator<ScanResponse> stream = KeyValueGrpc.newBlockingStub(channel(by)).scan(request);
    stream.forEachRemaining(pages::add);
    return pages;
  }

  private static List<String> keys(List<ScanResponse> pages) {
    return pages.stream()
        .flatMap(page -> page.getEntriesList().stream())
        .map(entry -> entry.getKey().toStringUtf8())
        .toList();
  }

  private ManagedChannel channel(By by) {
    ManagedChannel channel = ManagedChannelBuilder.forTarget(endpoint(by)).usePlaintext().build();
    channels.add(channel);
    return channel;
  }

  private QuorateClient client(By by) {
    return QuorateClient.builder().endpoints(endpoint(by)).build();
  }

  private String endpoint(By by) {
    return by == By.NODE ? cluster.address(0) : fake.endpoint();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
