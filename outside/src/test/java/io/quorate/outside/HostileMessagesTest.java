package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.client.QuorateClient;
import io.quorate.proto.internal.PeerMessage;
import io.quorate.proto.internal.WriteRecord;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.CreateTenantRequest;
import io.quorate.proto.v1.GetStatusRequest;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.NodeStatus;
import io.quorate.proto.v1.Tenant;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What clients and members send can end a call or a stream, never a node: each test sends the worst
 * that is known of its kind, then asks of all nodes that they run, serve what was written and
 * change the cluster's metadata, and asks again after all of them were restarted.
 */
@Tag("campaign")
class HostileMessagesTest {
  private static final Duration AGREES_WITHIN = Duration.ofMinutes(3);

  private static Nodes nodes;
  private static int changes;

  @BeforeAll
  static void startNodes() {
    nodes = Nodes.threeOnLoopback().start();
    try (QuorateClient client = nodes.client()) {
      for (int i = 0; i < 1_000; i++) {
        client.keyValue().put("kept-" + i, "value-" + i);
      }
    }
  }

  /** Also where the test before ended early. */
  @BeforeEach
  void allRun() {
    nodes.all().stream().filter(node -> !node.isAlive()).forEach(Node::start);
    nodes.awaitReady();
  }

  @AfterAll
  static void endNodes() {
    nodes.close();
  }

  @Test
  void namesOfAnyLength() {
    for (int length : new int[] {65_480, 200_000, 3_900_000}) {
      String name = "x".repeat(length);
      byte[] request =
          CreateTenantRequest.newBuilder()
              .setTenant(Tenant.newBuilder().setName(name))
              .build()
              .toByteArray();
      for (Node node : nodes.all()) {
        try (RawCalls calls = new RawCalls(node.address())) {
          Status status = calls.send(MethodType.UNARY, "quorate.v1.Admin/CreateTenant", request);
          assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
          assertThat(status.getDescription()).hasSizeLessThan(1_000);
        }
      }
    }
    assertWellAlsoAfterRestart();
  }

  /** Empty elements of two bytes each, eight million of them. */
  @Test
  void messagesFullOfEmptyElements() {
    byte[] full = new byte[(16 << 20) - 2];
    for (int i = 0; i < full.length; i += 2) {
      full[i] = 0x0a;
    }
    for (Node node : nodes.all()) {
      try (RawCalls calls = new RawCalls(node.address())) {
        for (String method : List.of("BatchPut", "BatchGet")) {
          Status status = calls.send(MethodType.UNARY, "quorate.v1.KeyValue/" + method, full);
          assertThat(status.isOk()).isFalse();
        }
        Status status = calls.send(MethodType.BIDI_STREAMING, "quorate.v1.KeyValue/Pipe", full);
        assertThat(status.isOk()).isFalse();
      }
    }
    try (LyingMember liar = inPlaceOfTheThird()) {
      byte[] peers = full.clone();
      for (int i = 0; i < peers.length; i += 2) {
        peers[i] = 0x12;
      }
      liar.sayRaw(nodes.node(0).address(), peers);
      liar.sayRaw(nodes.node(1).address(), peers);
      assertServing(nodes.all().subList(0, 2));
    }
    nodes.node(2).start();
    assertWellAlsoAfterRestart();
  }

  @Test
  void numbersOfRaftThatNoGroupCanHaveComeTo() {
    GetStatusResponse status = status(nodes.node(0));
    long third = idOf(status, nodes.node(2));
    try (LyingMember liar = inPlaceOfTheThird()) {
      for (Node node : nodes.all().subList(0, 2)) {
        long to = idOf(status, node);
        String address = node.address();
        for (long term : new long[] {1L << 33, 1L << 62, Long.MAX_VALUE}) {
          liar.sayRaft(address, RaftLie.newerTerm(third, to, term));
          liar.sayRaft(address, RaftLie.heartbeat(third, to, term, Long.MAX_VALUE));
        }
        long term = status(node).getMetadata().getTerm();
        // A second leader of this term, and a leader of the next.
        for (long each : new long[] {term, term + 1, term + 2}) {
          liar.sayRaft(address, RaftLie.heartbeat(third, to, each, 1L << 39));
          liar.sayRaft(address, RaftLie.snapshot(third, to, each, Long.MAX_VALUE, new byte[9]));
          liar.sayRaft(address, RaftLie.append(third, to, each, 1, 1, 3, new byte[] {1}));
          liar.sayRaft(
              address, RaftLie.append(third, to, each, Long.MAX_VALUE - 1, each, 0, new byte[1]));
        }
        for (int i = 0; i < 200; i++) {
          liar.sayRaft(address, RaftLie.newerTerm(third, to, term + i * 50L));
        }
      }
      awaitOnBoth(node -> node.meter("quorate_raft_refused_total") >= 10);
      assertServing(nodes.all().subList(0, 2));
    }
    nodes.node(2).start();
    assertWellAlsoAfterRestart();
  }

  @Test
  void snapshotsThatCannotBeRead() {
    GetStatusResponse status = status(nodes.node(0));
    long third = idOf(status, nodes.node(2));
    try (LyingMember liar = inPlaceOfTheThird()) {
      for (Node node : nodes.all().subList(0, 2)) {
        long to = idOf(status, node);
        GetStatusResponse now = status(node);
        long term = now.getMetadata().getTerm();
        long index = now.getMetadata().getCommitIndex() + 1_000;
        for (byte first = 0; first < 12; first++) {
          byte[] content = new byte[4_096];
          content[0] = first;
          liar.sayRaft(
              node.address(), RaftLie.snapshot(third, to, term + 1 + first, index, content));
        }
      }
      awaitOnBoth(node -> node.meter("quorate_raft_refused_total") > 0);
      assertServing(nodes.all().subList(0, 2));
    }
    nodes.node(2).start();
    assertWellAlsoAfterRestart();
  }

  /** A snapshot with the right members, so that only its state is wrong. */
  @Test
  void snapshotsOfWhichTheStateCannotBeRead() {
    GetStatusResponse status = status(nodes.node(0));
    long third = idOf(status, nodes.node(2));
    List<Long> voters =
        nodes.all().stream().map(node -> idOf(status, node)).sorted(Long::compareUnsigned).toList();
    byte[] state = new byte[200];
    state[0] = 98;
    try (LyingMember liar = inPlaceOfTheThird()) {
      for (Node node : nodes.all().subList(0, 2)) {
        long to = idOf(status, node);
        Waiting.until(
            Duration.ofSeconds(60),
            () -> {
              // A term of which it knows no leader: else it takes nothing of another.
              GetStatusResponse now = status(node);
              long term = now.getMetadata().getTerm() + 1;
              long index = now.getMetadata().getCommitIndex() + 1_000;
              liar.sayRaft(
                  node.address(),
                  RaftLie.snapshot(third, to, term, index, RaftLie.content(state, voters)));
              return node.log().contains("has format 98");
            },
            node::lastLines);
      }
      assertServing(nodes.all().subList(0, 2));
    }
    nodes.node(2).start();
    assertWellAlsoAfterRestart();
  }

  /**
   * Messages in the names of other members, about other members, and with facts that only the
   * leader can know.
   */
  @Test
  void changesThatAreNotItsToPropose() {
    GetStatusResponse status = status(nodes.node(0));
    long third = idOf(status, nodes.node(2));
    try (LyingMember liar = inPlaceOfTheThird()) {
      long[] number = {1L << 40};
      Waiting.until(
          Duration.ofSeconds(60),
          () -> {
            for (Node to : nodes.all().subList(0, 2)) {
              propose(liar, to.address(), third, status, number);
            }
            return refusals("in_anothers_name") >= 2
                && refusals("leaders_only") >= 4
                && refusals("not_credible") >= 3
                && refusals("still_heard") >= 2
                && logs().contains("refused a change of the cluster that node");
          },
          () -> nodes.node(0).lastLines() + nodes.node(1).lastLines());
      assertServing(nodes.all().subList(0, 2));
      Waiting.until(
          Duration.ofSeconds(60),
          () -> {
            for (Node to : nodes.all().subList(0, 2)) {
              for (int i = 0; i < 3_000; i++) {
                liar.propose(
                    to.address(), ProposalLie.refill(third, number[0]++, third, 0, 1L << 40));
              }
            }
            return refusals("too_many") > 100;
          },
          () -> nodes.node(0).lastLines() + nodes.node(1).lastLines());
      assertServing(nodes.all().subList(0, 2));
    }
    nodes.node(2).start();
    assertWellAlsoAfterRestart();
    GetStatusResponse after = status(nodes.node(0));
    assertThat(after.getNodesList()).hasSize(3);
    assertThat(after.getNodesList()).allMatch(node -> node.getIncarnation() < 1_000);
  }

  private static void propose(
      LyingMember liar, String address, long third, GetStatusResponse status, long[] number) {
    for (NodeStatus node : status.getNodesList()) {
      long id = node.getId();
      for (long author : new long[] {third, id}) {
        liar.propose(
            address,
            ProposalLie.started(
                author,
                number[0]++,
                id,
                node.getAddress(),
                node.getRegion(),
                node.getZone(),
                Integer.MAX_VALUE));
      }
      if (id != third) {
        liar.propose(address, ProposalLie.refill(third, number[0]++, id, 0, 1));
        liar.propose(address, ProposalLie.down(third, number[0]++, id));
        liar.propose(address, ProposalLie.left(third, number[0]++, id));
        liar.propose(address, ProposalLie.givenUp(third, number[0]++, id));
      }
    }
    for (int partition = 0; partition < 8; partition++) {
      liar.propose(address, ProposalLie.purged(third, number[0]++, partition, 1, 1L << 40));
      liar.propose(address, ProposalLie.moved(third, number[0]++, partition, 1));
    }
  }

  /**
   * Returns how many proposals the leader, one of the first two nodes, has refused for this reason.
   */
  private static double refusals(String reason) {
    return nodes.all().subList(0, 2).stream()
        .mapToDouble(
            node -> node.meter("quorate_proposals_refused_total", "reason=\"" + reason + "\""))
        .sum();
  }

  private static String logs() {
    return nodes.node(0).log() + nodes.node(1).log();
  }

  @Test
  void entriesThatAreNoCommand() {
    GetStatusResponse status = status(nodes.node(0));
    long third = idOf(status, nodes.node(2));
    try (LyingMember liar = inPlaceOfTheThird()) {
      for (Node node : nodes.all().subList(0, 2)) {
        long to = idOf(status, node);
        for (int i = 1; i <= 20; i++) {
          GetStatusResponse now = status(node);
          long term = now.getMetadata().getTerm();
          long index = now.getMetadata().getCommitIndex();
          // The entry before is of this term or an earlier one.
          for (long before = Math.max(1, term - 3); before <= term; before++) {
            liar.sayRaft(
                node.address(),
                RaftLie.append(
                    third, to, term + 1, index, before, index + 1, new byte[] {99, (byte) i}));
          }
        }
      }
      awaitOnBoth(
          node -> node.log().contains("cannot be read: an entry of the metadata log of 2 bytes"));
      assertServing(nodes.all().subList(0, 2));
    }
    nodes.node(2).start();
    assertWellAlsoAfterRestart();
  }

  /** Records of a known version with another value, and records stamped at the end of time. */
  @Test
  void recordsThatNoHonestCoordinatorWrites() {
    try (LyingMember liar = inPlaceOfTheThird();
        QuorateClient client = nodes.client()) {
      for (int i = 0; i < 20; i++) {
        client.keyValue().put("forged", "honest-" + i);
      }
      WriteRecord write = liar.heardWrite();
      byte[] record = write.getRecord().toByteArray();
      byte[] sameVersion = record.clone();
      sameVersion[record.length - 1] ^= 1;
      byte[] endOfTime = record.clone();
      ByteBuffer.wrap(endOfTime).putLong(2, -1L);
      byte[] nextYear = record.clone();
      long year = Duration.ofDays(365).toMillis() << 16;
      ByteBuffer.wrap(nextYear).putLong(2, ByteBuffer.wrap(record).getLong(2) + year);
      byte[] newer = "no record".getBytes(StandardCharsets.UTF_8); // of format 110
      byte[] garbage = newer.clone();
      garbage[0] = 0;
      for (Node node : nodes.all().subList(0, 2)) {
        long id = 1;
        for (byte[] forged : List.of(sameVersion, endOfTime, nextYear, newer, garbage)) {
          for (long epoch : new long[] {write.getEpoch(), Long.MAX_VALUE}) {
            liar.say(
                node.address(),
                PeerMessage.newBuilder()
                    .setWriteRecord(
                        write.toBuilder()
                            .setId(id++)
                            .setEpoch(epoch)
                            .setRecord(ByteString.copyFrom(forged)))
                    .build());
          }
        }
      }
      awaitOnBoth(node -> node.meter("quorate_stamps_refused_total") > 0);
      awaitOnBoth(node -> node.log().contains("requests that this version does not know"));
      awaitOnBoth(node -> node.log().contains("a record of 9 bytes"));
      assertThat(
              nodes.node(0).meter("quorate_version_conflicts_total")
                  + nodes.node(1).meter("quorate_version_conflicts_total"))
          .isPositive();
      // No forged stamp is above what is written now.
      for (int i = 0; i < 20; i++) {
        client.keyValue().put("forged", "after-" + i);
        assertThat(client.keyValue().get("forged").text()).isEqualTo("after-" + i);
      }
      assertServing(nodes.all().subList(0, 2));
    }
    nodes.node(2).start();
    assertWellAlsoAfterRestart();
    try (QuorateClient client = nodes.client()) {
      assertThat(client.keyValue().get("forged").text()).isEqualTo("after-19");
    }
  }

  /** The third node is killed, and a program speaks in its name from its address. */
  private static LyingMember inPlaceOfTheThird() {
    GetStatusResponse status = status(nodes.node(0));
    Node third = nodes.node(2);
    int incarnation =
        status.getNodesList().stream()
            .filter(node -> node.getAddress().equals(third.address()))
            .findFirst()
            .orElseThrow()
            .getIncarnation();
    third.kill();
    return new LyingMember(
        status.getClusterId(), idOf(status, third), incarnation + 1, third.address());
  }

  /** Waits until both of the first two nodes have processed, and refused, what was sent. */
  private static void awaitOnBoth(Predicate<Node> seen) {
    for (Node node : nodes.all().subList(0, 2)) {
      Waiting.until(Duration.ofSeconds(20), () -> seen.test(node), node::lastLines);
    }
  }

  private static GetStatusResponse status(Node node) {
    ManagedChannel channel = NettyChannelBuilder.forTarget(node.address()).usePlaintext().build();
    try {
      return AdminGrpc.newBlockingStub(channel)
          .withDeadlineAfter(Duration.ofSeconds(20))
          .getStatus(GetStatusRequest.getDefaultInstance());
    } finally {
      channel.shutdownNow();
    }
  }

  private static long idOf(GetStatusResponse status, Node node) {
    return status.getNodesList().stream()
        .filter(each -> each.getAddress().equals(node.address()))
        .map(NodeStatus::getId)
        .findFirst()
        .orElseThrow();
  }

  private static void assertWellAlsoAfterRestart() {
    assertServing(nodes.all());
    nodes.all().forEach(Node::kill);
    nodes.all().forEach(Node::start);
    assertServing(nodes.all());
  }

  /** These run and are ready, all that was acknowledged is there, and metadata can be changed. */
  private static void assertServing(List<Node> running) {
    for (Node node : running) {
      Waiting.until(
          AGREES_WITHIN,
          () -> node.isReady() || !node.isAlive(),
          () -> node.name() + " is not ready\n" + node.lastLines());
      assertThat(node.isAlive()).as(node::lastLines).isTrue();
      Waiting.until(AGREES_WITHIN, () -> node.meter("quorate_raft_stuck") == 0, node::lastLines);
    }
    String endpoints = String.join(",", running.stream().map(Node::address).toList());
    try (QuorateClient client = QuorateClient.builder().endpoints(endpoints).build()) {
      for (int i = 0; i < 1_000; i++) {
        assertThat(client.keyValue().get("kept-" + i).text()).isEqualTo("value-" + i);
      }
      client.keyValue().put("kept-0", "value-0");
    }
    CommandLine commands = new CommandLine().with("QUORATE_ENDPOINTS", endpoints);
    Waiting.until(
        AGREES_WITHIN,
        () -> commands.quorate("tenant", "create", "t" + ++changes).code() == 0,
        () -> "no tenant can be created");
  }
}
