package io.quorate.transport.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.placement.Level;
import io.quorate.proto.v1.ScanRequest;
import io.quorate.proto.v1.ScanResponse;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.ScanPage;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.StatusTable;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScanTest {
  private final KeyValueHouse house = new KeyValueHouse();

  @AfterEach
  void close() throws Exception {
    house.close();
    assertThat(house.lane.broken).isEmpty();
  }

  /** Pages of entries e0, e1, ... of which there are {@code total}; the cursor is a number. */
  private void serve(int total, int valueBytes) {
    house.dataPlane.pages =
        request -> {
          int from =
              request.cursor().length == 0
                  ? 0
                  : Integer.parseInt(new String(request.cursor(), UTF_8));
          int to = Math.min(from + request.entriesMax(), total);
          List<ScanPage.Entry> entries = new ArrayList<>();
          for (int i = from; i < to; i++) {
            entries.add(
                new ScanPage.Entry(
                    ("e" + i).getBytes(UTF_8),
                    Record.value(FakeDataPlane.version(i + 1), 1, 0, new byte[valueBytes]),
                    null));
          }
          byte[] cursor = to == total ? new byte[0] : Integer.toString(to).getBytes(UTF_8);
          return new ScanPage(entries, cursor, false);
        };
  }

  @Test
  void aScanGoesThroughAllPages() {
    serve(25, 3);
    Iterator<ScanResponse> pages =
        house
            .blocking()
            .scan(
                ScanRequest.newBuilder()
                    .setTenant("t")
                    .setPrefix(ByteString.copyFromUtf8("e"))
                    .setPageSize(10)
                    .setLevel(io.quorate.proto.v1.Level.newBuilder().setCount(2))
                    .build());
    List<String> keys = new ArrayList<>();
    List<ScanResponse> all = new ArrayList<>();
    pages.forEachRemaining(
        page -> {
          all.add(page);
          page.getEntriesList().forEach(entry -> keys.add(entry.getKey().toStringUtf8()));
        });
    assertThat(all).hasSize(3);
    assertThat(keys).hasSize(25).startsWith("e0", "e1").endsWith("e24");
    assertThat(all.getFirst().getEntries(0).getValue().size()).isEqualTo(3);
    assertThat(all.getLast().getCursor().isEmpty()).isTrue();
    assertThat(house.dataPlane.scans.getFirst().level()).isEqualTo(new Level.Count(2));
    assertThat(house.dataPlane.scans.getFirst().keys().prefix()).asString().isEqualTo("e");
  }

  @Test
  void boundsAndDirectionAreThoseOfEachPage() {
    serve(25, 3);
    house
        .blocking()
        .scan(
            ScanRequest.newBuilder()
                .setPageSize(10)
                .setStart(ByteString.copyFromUtf8("e1"))
                .setEnd(ByteString.copyFromUtf8("e5"))
                .setReverse(true)
                .build())
        .forEachRemaining(page -> {});
    assertThat(house.dataPlane.scans)
        .hasSize(3)
        .allSatisfy(
            asked -> {
              assertThat(asked.keys().start()).asString().isEqualTo("e1");
              assertThat(asked.keys().end()).asString().isEqualTo("e5");
              assertThat(asked.keys().reverse()).isTrue();
            });
  }

  @Test
  void aLimitEndsTheScanWithACursorToGoOnFrom() {
    serve(25, 3);
    Iterator<ScanResponse> pages =
        house
            .blocking()
            .scan(ScanRequest.newBuilder().setPageSize(10).setLimit(12).setKeysOnly(true).build());
    assertThat(pages.next().getEntriesCount()).isEqualTo(10);
    ScanResponse last = pages.next();
    assertThat(last.getEntriesCount()).isEqualTo(2);
    assertThat(last.getEntries(0).getValue().isEmpty()).isTrue();
    assertThat(last.getCursor().toStringUtf8()).isEqualTo("12");
    assertThat(pages.hasNext()).isFalse();

    Iterator<ScanResponse> rest =
        house.blocking().scan(ScanRequest.newBuilder().setCursor(last.getCursor()).build());
    assertThat(rest.next().getEntries(0).getKey().toStringUtf8()).isEqualTo("e12");
  }

  /** Else one who wants no more of them would have to reset the stream. */
  @Test
  void aNumberOfPagesEndsTheStreamWithACursorToGoOnFrom() {
    serve(25, 3);
    Iterator<ScanResponse> pages =
        house.blocking().scan(ScanRequest.newBuilder().setPageSize(5).setPages(2).build());
    assertThat(pages.next().getEntriesCount()).isEqualTo(5);
    ScanResponse last = pages.next();
    assertThat(last.getEntriesCount()).isEqualTo(5);
    assertThat(last.getCursor().toStringUtf8()).isEqualTo("10");
    assertThat(pages.hasNext()).isFalse();
    assertThat(house.dataPlane.scans).as("none is read for nothing").hasSize(2);
  }

  @Test
  void aFailureEndsTheScan() {
    house.dataPlane.pages =
        request -> Failure.refused(Failure.Reason.UNKNOWN_TENANT, "no tenant 'x'");
    assertThatThrownBy(() -> house.blocking().scan(ScanRequest.getDefaultInstance()).next())
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            thrown -> {
              assertThat(thrown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
              assertThat(thrown.getTrailers().containsKey(StatusTable.FAILURE)).isTrue();
            });
  }

  /** Otherwise a node that fails scans would refuse everything after a while, as too much. */
  @Test
  void aScanThatEndsOrFailsIsUnderWayNoMore() throws Exception {
    RequestLimits limits = RequestLimits.DEFAULT;
    RequestLimits three =
        new RequestLimits(
            limits.keyBytesMax(),
            limits.valueBytesMax(),
            limits.batchOperationsMax(),
            3,
            limits.pipeInFlightMax(),
            limits.pipeUnreadBytesMax(),
            limits.unreadBytesMax(),
            limits.defaultTimeoutMillis());
    try (KeyValueHouse small =
        new KeyValueHouse(three, (tenant, kind, level, result, nanos) -> {})) {
      for (int i = 0; i < 10; i++) {
        boolean fails = i % 2 == 0;
        small.dataPlane.pages =
            request ->
                fails
                    ? Failure.refused(Failure.Reason.UNAVAILABLE, "too few replicas")
                    : new ScanPage(List.of(), new byte[0], false);
        try {
          small.blocking().scan(ScanRequest.getDefaultInstance()).forEachRemaining(page -> {});
          assertThat(fails).isFalse();
        } catch (StatusRuntimeException refused) {
          assertThat(fails).isTrue();
          assertThat(refused).hasMessageContaining("too few replicas");
        }
        assertThat(small.inFlight()).isZero();
      }
      assertThat(small.lane.broken).isEmpty();
    }
  }

  /** 1,000 pages of 100 KB; the client reads one. */
  @Test
  void aScanThatNobodyReadsWaitsAndOneThatIsCancelledEnds() {
    serve(1000, 100_000);
    try (Context.CancellableContext context = Context.current().withCancellation()) {
      Iterator<ScanResponse> pages =
          call(
              context,
              () -> house.blocking().scan(ScanRequest.newBuilder().setPageSize(1).build()));
      assertThat(pages.next().getEntriesCount()).isEqualTo(1);
      await()
          .during(java.time.Duration.ofMillis(200))
          .until(
              () -> {
                int before = house.dataPlane.scans.size();
                return before < 500 && house.lane.on(() -> house.dataPlane.scans.size()) == before;
              });
    }
    int begun = house.dataPlane.scans.size();
    await()
        .during(java.time.Duration.ofMillis(100))
        .until(() -> house.dataPlane.scans.size() <= begun + 1);
  }

  private static <T> T call(Context context, java.util.concurrent.Callable<T> task) {
    try {
      return context.call(task);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
