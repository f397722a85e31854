package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.ScanRequest;
import io.quorate.proto.v1.ScanResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scans give every entry once, whatever becomes of the node that serves them. */
class ScanTest {
  private static final int ENTRIES = 25;

  private final FakeCluster cluster = new FakeCluster(2);
  private final QuorateClient client = cluster.client();
  private final KeyValue kv = client.keyValue();

  /** What nodes were asked, in order. */
  private final List<ScanRequest> served = new CopyOnWriteArrayList<>();

  /** Pages after which the node that serves a scan fails; far away by default. */
  private final AtomicInteger pagesUntilFailure = new AtomicInteger(Integer.MAX_VALUE);

  private final AtomicInteger resets = new AtomicInteger();
  private final AtomicInteger ends = new AtomicInteger();

  @BeforeEach
  void script() {
    cluster.nodes.forEach(node -> node.scanScript = this::serve);
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  /**
   * Entries k00 to k24, in pages as asked, each third page empty. As a node does, it ends the
   * stream at the limit, with a cursor, and a full page has a cursor though nothing follows.
   */
  private void serve(ScanRequest ask, StreamObserver<ScanResponse> out) {
    served.add(ask);
    int from = ask.getCursor().isEmpty() ? 0 : Integer.parseInt(ask.getCursor().toStringUtf8());
    int pageSize = ask.getPageSize() == 0 ? 1000 : ask.getPageSize();
    long limit = ask.getLimit() == 0 ? Long.MAX_VALUE : ask.getLimit();
    boolean empty = false;
    for (int page = 0; ; page++) {
      if (pagesUntilFailure.getAndDecrement() <= 0) {
        pagesUntilFailure.set(Integer.MAX_VALUE);
        out.onError(
            FakeNode.refusal(
                Failure.newBuilder()
                    .setReason(Failure.Reason.REASON_NOT_SERVING)
                    .setMessage("stopping")
                    .build(),
                Status.Code.UNAVAILABLE));
        return;
      }
      ScanResponse.Builder response = ScanResponse.newBuilder();
      if (empty) {
        empty = false;
      } else {
        for (int i = 0; i < pageSize && from < ENTRIES && limit > 0; i++, from++, limit--) {
          response.addEntries(entry(from, ask.getKeysOnly()));
        }
        empty = page % 3 == 2;
      }
      boolean full = response.getEntriesCount() == pageSize;
      if (from < ENTRIES || full || limit == 0) {
        response.setCursor(ByteString.copyFromUtf8(Integer.toString(from)));
      }
      out.onNext(response.build());
      if (response.getCursor().isEmpty() || limit == 0 || page + 1 == ask.getPages()) {
        out.onCompleted();
        return;
      }
    }
  }

  private static io.quorate.proto.v1.ScanEntry entry(int number, boolean keyOnly) {
    return io.quorate.proto.v1.ScanEntry.newBuilder()
        .setKey(ByteString.copyFromUtf8(key(number)))
        .setValue(ByteString.copyFromUtf8(keyOnly ? "" : "value " + number))
        .build();
  }

  private static String key(int number) {
    return String.format("k%02d", number);
  }

  private static List<String> keys(int from, int to) {
    List<String> keys = new ArrayList<>();
    for (int i = from; i < to; i++) {
      keys.add(key(i));
    }
    return keys;
  }

  @Test
  void allPagesAreReadToTheEnd() {
    try (Scan scan = kv.scan(FakeCluster.utf8("k"), ScanOptions.DEFAULT.pageSize(4))) {
      assertThat(scan.stream().map(ScanEntry::keyText)).isEqualTo(keys(0, ENTRIES));
      assertThat(scan.cursor()).isEmpty();
      assertThat(scan.hasNext()).isFalse();
    }
    ScanRequest asked = scansAsked().get(0);
    assertThat(asked.getPrefix().toStringUtf8()).isEqualTo("k");
    assertThat(asked.getPageSize()).isEqualTo(4);
  }

  @Test
  void scanGoesOnAtAnotherNodeWithoutMissingOrRepeatingAnEntry() {
    for (int pages = 0; pages < 9; pages++) {
      pagesUntilFailure.set(pages);
      try (Scan scan = kv.scan(FakeCluster.utf8("k"), ScanOptions.DEFAULT.pageSize(4))) {
        assertThat(scan.stream().map(ScanEntry::keyText)).isEqualTo(keys(0, ENTRIES));
      }
    }
    assertThat(scansAsked()).hasSizeGreaterThan(9);
  }

  /** Else another node would go on without bounds, or refuse the cursor of the first one. */
  @Test
  void boundsAndDirectionAreAskedForAgainAtAnotherNode() {
    pagesUntilFailure.set(2);
    ScanOptions options =
        ScanOptions.DEFAULT.pageSize(4).start("k0").end(FakeCluster.utf8("k9")).reverse(true);
    try (Scan scan = kv.scan(FakeCluster.utf8("k"), options)) {
      assertThat(scan.stream()).hasSize(ENTRIES);
    }
    assertThat(scansAsked())
        .hasSizeGreaterThan(1)
        .allSatisfy(
            asked -> {
              assertThat(asked.getStart().toStringUtf8()).isEqualTo("k0");
              assertThat(asked.getEnd().toStringUtf8()).isEqualTo("k9");
              assertThat(asked.getReverse()).isTrue();
            });
  }

  @Test
  void optionsThatSayNothingOfBoundsAskForNone() {
    try (Scan scan = kv.scan("k")) {
      assertThat(scan.stream()).hasSize(ENTRIES);
    }
    ScanRequest asked = scansAsked().get(0);
    assertThat(asked.getStart().isEmpty() && asked.getEnd().isEmpty()).isTrue();
    assertThat(asked.getReverse()).isFalse();
  }

  @Test
  void optionsWithOtherBoundsAreOthers() {
    ScanOptions bounded = ScanOptions.DEFAULT.start("a").end("b").reverse(true);
    assertThat(ScanOptions.DEFAULT.reverse(true).end("b").start("a"))
        .isEqualTo(bounded)
        .hasSameHashCodeAs(bounded);
    assertThat(bounded)
        .isNotEqualTo(bounded.start("b"))
        .isNotEqualTo(bounded.end("c"))
        .isNotEqualTo(bounded.reverse(false));
    assertThat(bounded.limit(3).keysOnly(true).start()).asString().isEqualTo("a");
    assertThat(bounded.toString()).contains("reverse=true");
  }

  @Test
  void limitCountsOverAFailure() {
    pagesUntilFailure.set(2);
    try (Scan scan = kv.scan(FakeCluster.utf8("k"), ScanOptions.DEFAULT.pageSize(4).limit(10))) {
      assertThat(scan.stream().map(ScanEntry::keyText)).isEqualTo(keys(0, 10));
    }
    assertThat(served).extracting(ScanRequest::getLimit).containsExactly(10L, 2L);
  }

  @Test
  void limitEndsTheScanAndTheCursorTellsWhereAnotherGoesOn() {
    for (int limit : new int[] {1, 3, 4, 5, 8, 24, 25, 26, 100}) {
      int wanted = Math.min(limit, ENTRIES);
      ScanOptions options = ScanOptions.DEFAULT.pageSize(4).limit(limit);
      byte[] cursor;
      try (Scan scan = kv.scan(FakeCluster.utf8("k"), options)) {
        assertThat(scan.stream().map(ScanEntry::keyText)).isEqualTo(keys(0, wanted));
        assertThat(scan.hasNext()).as("asked again").isFalse();
        cursor = scan.cursor();
      }
      if (wanted == limit) {
        try (Scan rest = kv.scan(FakeCluster.utf8("k"), ScanOptions.DEFAULT.cursor(cursor))) {
          assertThat(rest.stream().map(ScanEntry::keyText)).isEqualTo(keys(wanted, ENTRIES));
        }
      } else {
        assertThat(cursor).isEmpty();
      }
    }
    assertThat(scansAsked()).as("no stream is opened for nothing").hasSize(2 * 9 - 2);
  }

  @Test
  void pagesAfterTheLimitAreEmptyAndLast() {
    AsyncScan scan =
        client.asyncKeyValue().scan(FakeCluster.utf8("k"), ScanOptions.DEFAULT.limit(3));
    ScanPage page = scan.nextPage().join();
    assertThat(page.entries()).hasSize(3);
    assertThat(page.last()).isTrue();
    assertThat(page.cursor()).as("there is more").isNotEmpty();
    ScanPage after = scan.nextPage().join();
    assertThat(after.entries()).isEmpty();
    assertThat(after.last()).isTrue();
    assertThat(after.cursor()).isEqualTo(page.cursor());
  }

  @Test
  void streamThatEndsEarlyIsNoEndOfTheScan() {
    AtomicInteger streams = new AtomicInteger();
    cluster.nodes.forEach(
        node ->
            node.scanScript =
                (ask, out) -> {
                  if (streams.getAndIncrement() % 2 == 0) {
                    out.onCompleted();
                  } else {
                    serve(ask, out);
                  }
                });
    try (Scan scan = kv.scan(FakeCluster.utf8("k"), ScanOptions.DEFAULT)) {
      assertThat(scan.stream().map(ScanEntry::keyText)).isEqualTo(keys(0, ENTRIES));
    }
  }

  /** Calls end within their start while a node is known to be away. */
  @Test
  void scanWhileAllNodesAreAwayFailsInWordsAndGoesOnWhenTheyAreBack() {
    List<String> found = new ArrayList<>();
    kv.get("connected");
    cluster.nodes.forEach(FakeNode::kill);
    ScanOptions options = ScanOptions.DEFAULT.pageSize(4).timeout(Duration.ofMinutes(1));
    try (Scan scan = kv.scan(FakeCluster.utf8("k"), options)) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(scan::hasNext)
            .isInstanceOf(UnavailableException.class)
            .hasMessageContaining("scan of prefix 'k'");
      }
      // Asked for on the event loop, where what goes wrong inside is thrown at the caller.
      AsyncScan pages = client.asyncKeyValue().scan(FakeCluster.utf8("k"), options);
      assertThatThrownBy(
              () -> pages.nextPage().exceptionallyCompose(away -> pages.nextPage()).join())
          .hasCauseInstanceOf(UnavailableException.class);
      cluster.nodes.forEach(FakeNode::start);
      await()
          .ignoreExceptionsInstanceOf(QuorateException.class)
          .until(
              () -> {
                while (scan.hasNext()) {
                  found.add(scan.next().keyText());
                }
                return true;
              });
    }
    assertThat(found).isEqualTo(keys(0, ENTRIES));
  }

  @Test
  void anotherScanGoesOnAtACursor() {
    byte[] cursor;
    try (Scan scan = kv.scan(FakeCluster.utf8("k"), ScanOptions.DEFAULT.pageSize(5))) {
      for (int i = 0; i < 7; i++) {
        scan.next();
      }
      cursor = scan.cursor();
    }
    // The page being read begins at entry 5.
    try (Scan rest = kv.scan(FakeCluster.utf8("k"), ScanOptions.DEFAULT.cursor(cursor))) {
      assertThat(rest.stream().map(ScanEntry::keyText)).isEqualTo(keys(5, ENTRIES));
    }
  }

  @Test
  void keysOnlyIsAskedFor() {
    try (Scan scan = kv.scan(FakeCluster.utf8("k"), ScanOptions.DEFAULT.keysOnly(true))) {
      assertThat(scan.next().value()).isEmpty();
    }
  }

  @Test
  void pageThatDoesNotComeIsGivenUpAndMayBeAskedForAgain() {
    cluster.nodes.forEach(node -> node.scanScript = (ask, out) -> {});
    AsyncScan scan =
        client
            .asyncKeyValue()
            .scan(
                FakeCluster.utf8("k"),
                ScanOptions.DEFAULT.timeout(Duration.ofMillis(100)).pageSize(100));
    assertThatThrownBy(() -> scan.nextPage().join())
        .hasCauseInstanceOf(DeadlineExceededException.class)
        .hasMessageContaining("scan of prefix 'k'");
    cluster.nodes.forEach(node -> node.scanScript = this::serve);
    assertThat(scan.nextPage().join().entries()).hasSize(ENTRIES);
    assertThat(scan.nextPage().join().last()).isTrue();
    scan.close();
    assertThat(scan.nextPage())
        .failsWithin(Duration.ofSeconds(1))
        .withThrowableThat()
        .withCauseInstanceOf(ClientClosedException.class);
  }

  /** A process that is stopped closes no connection. */
  @Test
  void scanLeavesANodeThatIsStopped() {
    FakeNode stopped = cluster.nodes.get(1);
    stopped.scanScript = (ask, out) -> stopped.mute = true;
    ScanOptions patient = ScanOptions.DEFAULT.timeout(Duration.ofSeconds(60));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              try (Scan scan = kv.scan(FakeCluster.utf8("k"), patient)) {
                assertThat(scan.stream().map(ScanEntry::keyText)).isEqualTo(keys(0, ENTRIES));
              }
              return !stopped.scans.isEmpty();
            });
    for (int i = 0; i < 8; i++) {
      try (Scan scan = kv.scan(FakeCluster.utf8("k"), patient)) {
        assertThat(scan.hasNext()).isTrue();
      }
    }
    assertThat(stopped.scans).as("the others find it gone").hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void scanLeavesItsRegionOnlyWhereAnotherOneGivesTheSameAnswer(boolean aboutRegion) {
    FakeNode near = cluster.nodes.get(0);
    for (FakeNode node : cluster.nodes) {
      node.placement = this::ofTwoRegions;
    }
    near.scanScript =
        (ask, out) ->
            out.onError(
                FakeNode.refusal(
                    Failure.newBuilder()
                        .setReason(Failure.Reason.REASON_UNAVAILABLE)
                        .setMessage("too few replicas")
                        .build(),
                    Status.Code.UNAVAILABLE));
    ScanOptions options =
        ScanOptions.DEFAULT.level(aboutRegion ? Level.LOCAL_QUORUM : Level.QUORUM);
    try (QuorateClient ofRegion =
            QuorateClient.builder().endpoints(cluster.endpoints()).region("near").build();
        Scan scan = ofRegion.keyValue().scan(FakeCluster.utf8("k"), options)) {
      assertThat(ofRegion.keyValue().get("k").found()).isFalse(); // it knows the regions
      if (aboutRegion) {
        assertThatThrownBy(scan::hasNext).isInstanceOf(UnavailableException.class);
      } else {
        assertThat(scan.stream().map(ScanEntry::keyText)).isEqualTo(keys(0, ENTRIES));
      }
    }
    assertThat(near.scans).isNotEmpty();
  }

  /** Wherever they begin, and though another node is down. */
  @Test
  void scanAsksEachNodeThatIsInOrderBeforeOneAgain() {
    try (FakeCluster three = new FakeCluster(3);
        QuorateClient other = three.client()) {
      three.connect(other);
      three.nodes.get(2).kill();
      three.nodes.get(0).scanScript = this::serve;
      three.nodes.get(1).scanScript =
          (ask, out) ->
              out.onError(
                  FakeNode.refusal(
                      Failure.newBuilder()
                          .setReason(Failure.Reason.REASON_UNAVAILABLE)
                          .setMessage("cut off")
                          .build(),
                      Status.Code.UNAVAILABLE));
      ScanOptions quorum = ScanOptions.DEFAULT.level(Level.QUORUM);
      List<ScanRequest> asked = three.nodes.get(1).scans;
      // Each begins at a node of its own choice, so none may have begun at this one by chance.
      for (int scans = 0; scans < 12 || (asked.isEmpty() && scans < 200); scans++) {
        int before = asked.size();
        try (Scan scan = other.keyValue().scan(FakeCluster.utf8("k"), quorum)) {
          assertThat(scan.stream().map(ScanEntry::keyText)).isEqualTo(keys(0, ENTRIES));
        }
        assertThat(asked.size() - before).as("times that one scan asked it").isLessThan(2);
      }
      assertThat(asked).isNotEmpty();
    }
  }

  private GetPlacementResponse ofTwoRegions() {
    GetPlacementResponse.Builder placement = cluster.placement().toBuilder();
    placement.getNodesBuilder(0).setRegion("near");
    placement.getNodesBuilder(1).setRegion("far");
    return placement.build();
  }

  @Test
  void scansBeginAtAllNodes() {
    for (int i = 0; i < 64; i++) {
      try (Scan scan = kv.scan("k")) {
        assertThat(scan.hasNext()).isTrue();
      }
    }
    assertThat(cluster.nodes).allMatch(node -> !node.scans.isEmpty());
  }

  /** A timeout of the caller's own must not cost a page. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void pageThatItsCallerHasGivenUpIsForTheNextWhoAsks(boolean comesBeforeThat) {
    List<Runnable> held = new CopyOnWriteArrayList<>();
    cluster.nodes.forEach(node -> node.scanScript = (ask, out) -> held.add(() -> serve(ask, out)));
    AtomicInteger finished = new AtomicInteger();
    try (QuorateClient listening =
        QuorateClient.builder()
            .endpoints(cluster.endpoints())
            .requestListener(request -> finished.incrementAndGet())
            .build()) {
      AsyncScan scan =
          listening.asyncKeyValue().scan(FakeCluster.utf8("k"), ScanOptions.DEFAULT.pageSize(10));
      CompletableFuture<ScanPage> givenUp = scan.nextPage().orTimeout(1, TimeUnit.MILLISECONDS);
      await().until(() -> givenUp.isDone() && !held.isEmpty());
      CompletableFuture<ScanPage> next = comesBeforeThat ? null : scan.nextPage();
      held.forEach(Runnable::run);
      await().until(() -> finished.get() == 1);
      assertThat((next == null ? scan.nextPage() : next).join().entries())
          .extracting(ScanEntry::keyText)
          .isEqualTo(keys(0, 10));
      assertThat(scan.nextPage().join().entries())
          .extracting(ScanEntry::keyText)
          .isEqualTo(keys(10, 20));
    }
    assertThat(scansAsked()).hasSize(1);
  }

  @Test
  void onePageIsAskedForAtATime() {
    cluster.nodes.forEach(node -> node.scanScript = (ask, out) -> {});
    try (AsyncScan scan = client.asyncKeyValue().scan(new byte[0], ScanOptions.DEFAULT)) {
      CompletableFuture<ScanPage> first = scan.nextPage();
      assertThatThrownBy(scan.nextPage()::join).hasCauseInstanceOf(IllegalStateException.class);
      assertThat(first).isNotDone();
    }
  }

  /** Who is interrupted while a page is under way, and goes on, gets that page. */
  @Test
  void interruptionCostsNoPage() {
    List<Runnable> held = new CopyOnWriteArrayList<>();
    cluster.nodes.forEach(node -> node.scanScript = (ask, out) -> held.add(() -> serve(ask, out)));
    try (Scan scan = kv.scan(FakeCluster.utf8("k"), ScanOptions.DEFAULT.pageSize(4))) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(scan::hasNext).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      await().until(() -> !held.isEmpty());
      held.forEach(Runnable::run);
      assertThat(scan.stream().map(ScanEntry::keyText)).isEqualTo(keys(0, ENTRIES));
    }
  }

  @Test
  void whatNoClusterTakesIsNotAskedFor() {
    ScanOptions all = ScanOptions.DEFAULT;
    assertThat(refusal(new byte[65_537], all))
        .isEqualTo("a prefix of 65537 bytes: no cluster takes more than 65536");
    assertThat(refusal(new byte[0], all.start(new byte[65_538])))
        .isEqualTo("a start of 65538 bytes: no cluster takes more than 65537");
    assertThat(refusal(new byte[0], all.end(new byte[65_538])))
        .isEqualTo("an end of 65538 bytes: no cluster takes more than 65537");
    assertThat(refusal(new byte[0], all.tenant("t".repeat(65))))
        .contains("names have 1 to 64 characters");
    assertThat(served).isEmpty();
    try (Scan longest = kv.scan(new byte[65_536], all.start(new byte[65_537]))) {
      assertThat(longest.hasNext()).isTrue();
    }
  }

  private String refusal(byte[] prefix, ScanOptions options) {
    try (Scan scan = kv.scan(prefix, options)) {
      boolean unused = scan.hasNext();
      throw new AssertionError("nothing stands against it");
    } catch (InvalidRequestException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  @Test
  void refusalThatIsNoUseToRepeatEndsTheScan() {
    cluster.nodes.forEach(
        node ->
            node.scanScript =
                (ask, out) ->
                    out.onError(
                        FakeNode.refusal(
                            Failure.newBuilder()
                                .setReason(Failure.Reason.REASON_UNKNOWN_TENANT)
                                .setMessage("no tenant 'nobody'")
                                .build(),
                            Status.Code.NOT_FOUND)));
    try (Scan scan = kv.scan(FakeCluster.utf8("k"), ScanOptions.DEFAULT.tenant("nobody"))) {
      assertThatThrownBy(scan::hasNext)
          .isInstanceOf(UnknownTenantException.class)
          .hasMessageContaining("no tenant 'nobody'");
    }
    assertThat(scansAsked()).hasSize(1);
  }

  /** From now on the nodes say that each of them knows what came with this version. */
  private void finalizeAt(int version) {
    GetPlacementResponse placement =
        cluster.placement().toBuilder().setClusterVersion(version).build();
    cluster.nodes.forEach(node -> node.placement = () -> placement);
  }

  /** From now on nodes take their time for scans, and count those that are reset meanwhile. */
  private void takeTimeAtVersionTwo() {
    finalizeAt(2);
    cluster.nodes.forEach(
        node ->
            node.scanScript =
                (ask, out) -> {
                  ((ServerCallStreamObserver<ScanResponse>) out)
                      .setOnCancelHandler(resets::incrementAndGet);
                  CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS)
                      .execute(
                          () -> {
                            serve(ask, out);
                            ends.incrementAndGet();
                          });
                });
  }

  private void awaitEndOfStreams() {
    await().until(() -> ends.get() + resets.get() >= scansAsked().size());
  }

  /** A node ends a connection, with all calls on it, on which 200 are reset within 10 s. */
  @Test
  void scansThatAreClosedEarlyAreNotReset() {
    takeTimeAtVersionTwo();
    try (QuorateClient other = cluster.client()) {
      other.keyValue().get("connected");
      for (int i = 0; i < 100; i++) {
        try (Scan scan = other.keyValue().scan("k", ScanOptions.DEFAULT.pageSize(3))) {
          for (int read = 0; read <= i % 10; read++) {
            assertThat(scan.next().keyText()).isEqualTo(key(read));
          }
        }
      }
      awaitEndOfStreams();
      other.keyValue().get("after"); // what a node has sent before this has come
      assertThat(resets).hasValue(0);
    }
    assertThat(scansAsked()).hasSizeGreaterThan(100).allMatch(asked -> asked.getPages() > 0);
  }

  /** What is not read would not end, and would fill the window of the whole connection. */
  @Test
  void aStreamThatIsLeftIsReadToItsEnd() {
    finalizeAt(2);
    cluster.nodes.forEach(node -> node.scanScript = this::serveLargePagesAsTheyAreRead);
    try (QuorateClient other = cluster.client()) {
      other.keyValue().get("connected");
      AsyncScan scan =
          other.asyncKeyValue().scan(FakeCluster.utf8("k"), ScanOptions.DEFAULT.pageSize(1));
      for (int read = 0; read < 5; read++) {
        assertThat(scan.nextPage().join().last()).isFalse();
      }
      assertThat(scansAsked()).last().extracting(ScanRequest::getPages).isEqualTo(4);
      assertThat(ends).as("three of the four pages are left").hasValue(3);
      scan.close();
      await().atMost(Duration.ofSeconds(9)).until(() -> ends.get() == 4);
      assertThat(resets).hasValue(0);
    }
  }

  /** Pages of one entry, of which the client has room for one; sent as it makes room. */
  private void serveLargePagesAsTheyAreRead(ScanRequest ask, StreamObserver<ScanResponse> out) {
    ServerCallStreamObserver<ScanResponse> call = (ServerCallStreamObserver<ScanResponse>) out;
    AtomicInteger sent = new AtomicInteger();
    call.setOnCancelHandler(resets::incrementAndGet);
    call.setOnReadyHandler(
        () -> {
          while (sent.get() < ask.getPages() && call.isReady()) {
            call.onNext(largePage());
            if (sent.incrementAndGet() == ask.getPages()) {
              call.onCompleted();
              ends.incrementAndGet();
            }
          }
        });
  }

  private static ScanResponse largePage() {
    return ScanResponse.newBuilder()
        .setCursor(ByteString.copyFromUtf8("more"))
        .addEntries(
            io.quorate.proto.v1.ScanEntry.newBuilder()
                .setKey(ByteString.copyFromUtf8("k"))
                .setValue(ByteString.copyFrom(new byte[3 << 20])))
        .build();
  }

  /** So what is left of a stream when it is closed is no more than was read. */
  @Test
  void streamsHaveAboutAsManyPagesAsWereReadBefore() {
    takeTimeAtVersionTwo();
    try (QuorateClient other = cluster.client()) {
      other.keyValue().get("connected");
      try (Scan scan = other.keyValue().scan("k", ScanOptions.DEFAULT.pageSize(1))) {
        assertThat(scan.stream().map(ScanEntry::keyText)).isEqualTo(keys(0, ENTRIES));
      }
      awaitEndOfStreams();
      assertThat(resets).hasValue(0);
    }
    assertThat(served)
        .extracting(ScanRequest::getPages)
        .startsWith(1, 1, 2, 4, 8, 16)
        .allMatch(pages -> pages <= 16);
    assertThat(cluster.nodes).as("one node serves all").anyMatch(node -> node.scans.isEmpty());
  }

  @Test
  void scanOverStreamsWithANumberOfPagesGoesOnAtAnotherNode() {
    finalizeAt(2);
    try (QuorateClient other = cluster.client()) {
      other.keyValue().get("connected");
      for (int pages = 0; pages < 9; pages++) {
        pagesUntilFailure.set(pages);
        try (Scan scan = other.keyValue().scan("k", ScanOptions.DEFAULT.pageSize(4))) {
          assertThat(scan.stream().map(ScanEntry::keyText)).isEqualTo(keys(0, ENTRIES));
        }
      }
    }
  }

  /** They would refuse it. */
  @Test
  void nodesThatMayBeOfReleaseOneAreNotToldANumberOfPages() {
    finalizeAt(1);
    try (QuorateClient other = cluster.client()) {
      other.keyValue().get("connected");
      try (Scan scan = other.keyValue().scan("k", ScanOptions.DEFAULT.pageSize(4))) {
        assertThat(scan.next().keyText()).isEqualTo(key(0));
      }
      try (Scan scan = other.keyValue().scan("k", ScanOptions.DEFAULT.pageSize(4))) {
        assertThat(scan.stream()).hasSize(ENTRIES);
      }
    }
    assertThat(scansAsked()).hasSize(2).allMatch(asked -> asked.getPages() == 0);
  }

  private List<ScanRequest> scansAsked() {
    List<ScanRequest> asked = new ArrayList<>();
    cluster.nodes.forEach(node -> asked.addAll(node.scans));
    return asked;
  }
}
