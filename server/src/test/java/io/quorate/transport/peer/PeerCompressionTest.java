package io.quorate.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.transport.event.TransportEvent.FrameCompressed;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes over the wire between two nodes, counted on the way, in one region and between two. */
class PeerCompressionTest {
  private static final int VALUE_BYTES = 1 << 20;
  private static final int MESSAGES = 4;
  private static final long SENT_BYTES = (long) MESSAGES * VALUE_BYTES;

  private final PeerNode a = new PeerNode(1);
  private final PeerNode b = new PeerNode(2);
  private final CountingRelay relay = new CountingRelay(b.server.port());

  @AfterEach
  void close() throws IOException {
    relay.close();
    for (PeerNode node : List.of(a, b)) {
      node.close();
      assertThat(node.lane.broken).isEmpty();
    }
  }

  private static Placements.Member in(String region, NodeId node, String address) {
    return new Placements.Member(node, address, region, "z", 1);
  }

  private Placements placements(String regionOfA, String regionOfB) {
    return PeerNode.placements(
        in(regionOfA, a.id, a.address()), in(regionOfB, b.id, relay.address()));
  }

  private static Write write() {
    Record record = Record.value(new Version(0, 1, new NodeId(1), 1), 1, 0, new byte[VALUE_BYTES]);
    return new Write(1, 1, 1, new Key(1, new byte[] {1}), record, Cause.FRESH, 1000);
  }

  private long sent() {
    return sent(a);
  }

  /** Sends some large messages to B, and returns the bytes that it takes. */
  private long sent(PeerNode a) {
    await().until(() -> a.isConnected(b));
    long before = relay.bytes();
    int received = b.received.size();
    for (int i = 0; i < MESSAGES; i++) {
      a.send(b.id, write());
    }
    await().until(() -> b.received.size() == received + MESSAGES);
    assertThat(b.received)
        .allSatisfy(
            each -> {
              assertThat(each.from()).isEqualTo(a.id);
              assertThat(each.message()).isEqualTo(write());
            });
    return relay.bytes() - before;
  }

  private List<Event> compressed() {
    return a.events.stream().filter(FrameCompressed.class::isInstance).toList();
  }

  private void start(Placements placements) {
    a.start(placements);
    b.start(placements);
  }

  @Test
  void framesToAnotherRegionAreCompressed() {
    start(placements("eu", "us"));
    assertThat(sent()).isLessThan(SENT_BYTES / 20);
    assertThat(compressed())
        .isNotEmpty()
        .allSatisfy(
            each -> {
              FrameCompressed frame = (FrameCompressed) each;
              assertThat(frame.peer()).isEqualTo(b.id);
              assertThat(frame.before()).isGreaterThanOrEqualTo(VALUE_BYTES);
              assertThat(frame.after()).isLessThan(VALUE_BYTES / 20);
            });
  }

  @Test
  void framesWithinARegionAreNot() {
    start(placements("eu", "eu"));
    assertThat(sent()).isGreaterThanOrEqualTo(SENT_BYTES);
    assertThat(compressed()).isEmpty();
  }

  @Test
  void norAreAnyWhereTheSettingIsOff() {
    PeerSettings usual = PeerSettings.DEFAULT;
    PeerSettings off =
        new PeerSettings(
            usual.queueBytesMax(),
            usual.frameBytesMax(),
            usual.connectMillisMax(),
            usual.acceptMillisMax(),
            usual.introduceMillisMax(),
            usual.retryMillisMin(),
            usual.retryMillisMax(),
            false);
    try (PeerNode uncompressed = new PeerNode(1, 0, off)) {
      uncompressed.start(placements("eu", "us"));
      b.start(placements("eu", "us"));
      assertThat(sent(uncompressed)).isGreaterThanOrEqualTo(SENT_BYTES);
    }
  }

  @Test
  void itEndsAndBeginsWhereANodeComesToAnotherRegion() {
    start(placements("eu", "eu"));
    assertThat(sent()).isGreaterThanOrEqualTo(SENT_BYTES);
    a.lane.run(() -> a.streams.follow(placements("eu", "us")));
    assertThat(sent()).isLessThan(SENT_BYTES / 20);
  }
}
