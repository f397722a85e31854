package io.quorate.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import io.quorate.metadata.bootstrap.Introduction;
import io.quorate.metadata.bootstrap.IntroductionReply;
import io.quorate.metadata.bootstrap.Introductions;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.Placements;
import io.quorate.transport.codec.peer.Hello;
import io.quorate.transport.codec.peer.Protocols;
import io.quorate.transport.event.TransportEvent;
import io.quorate.transport.tls.ClientCertificates;
import io.quorate.transport.tls.NodePattern;
import io.quorate.transport.tls.NodeTls;
import io.quorate.transport.tls.TlsFiles;
import io.quorate.transport.tls.TlsFilesException;
import io.quorate.transport.tls.TlsMode;
import io.quorate.transport.tls.TlsSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * With TLS, only the node that a certificate is for speaks as that node: attackers with a client's
 * certificate, that of another member, and that of another cluster's member, in both directions.
 */
class StrangersTest {
  private static final TestAuthority OURS = new TestAuthority("ours");

  @TempDir private Path directory;
  private final List<PeerNode> open = new ArrayList<>();

  @AfterEach
  void close() {
    open.forEach(PeerNode::close);
  }

  /**
   * @param patterns of the node itself: an attacker's own rules let it show what it likes
   */
  private NodeTls tls(String host, UnaryOperator<TestCertificate> more, String... patterns)
      throws TlsFilesException {
    TestCertificate.Files files =
        more.apply(OURS.certificate(host).ip(host))
            .issue()
            .write(directory, "files-" + System.nanoTime());
    TlsFiles own =
        new TlsFiles(
            files.certificate(),
            files.key(),
            TestAuthority.write(directory.resolve("ca.pem"), OURS));
    return NodeTls.open(
        new TlsSettings(
            TlsMode.REQUIRE,
            ClientCertificates.OPTIONAL,
            own,
            Stream.of(patterns).map(NodePattern::parse).toList()),
        System.currentTimeMillis());
  }

  private static TestCertificate marked(TestCertificate certificate) {
    return certificate.uri("quorate:node");
  }

  /** A node of the cluster with a certificate that is right for it. */
  private PeerNode node(int id) throws TlsFilesException {
    return node(id, "127.0.0." + id, tls("127.0.0." + id, StrangersTest::marked));
  }

  private PeerNode node(int id, String host, NodeTls tls) {
    PeerNode node = new PeerNode(id, host, 0, PeerSettings.DEFAULT, tls);
    open.add(node);
    return node;
  }

  private static long refused(PeerNode node) {
    return node.events.stream().filter(TransportEvent.StrangerRefused.class::isInstance).count();
  }

  private static Hello hello(NodeId id, ClusterId cluster, String address) {
    return new Hello(id, cluster, address, 9, Protocols.KNOWN, Releases.THIS);
  }

  @Test
  void nodesWithTheirOwnCertificatesSpeak() throws Exception {
    PeerNode one = node(1);
    PeerNode two = node(2);
    Placements both = PeerNode.placements(one.member(), two.member());
    one.start(both);
    two.start(both);
    await().until(() -> one.isConnected(two) && two.isConnected(one));
    assertThat(refused(one) + refused(two)).isZero();
  }

  /** It is told what is wrong with its certificate, and nothing of the cluster. */
  @Test
  void aClientWithACertificateDoesNotSpeakAsANode() throws Exception {
    PeerNode one = node(1);
    PeerNode client = node(2, "127.0.0.2", tls("127.0.0.2", each -> each, "cn:*"));
    Placements both = PeerNode.placements(one.member(), client.member());
    one.start(both);
    client.start(both);
    await().until(() -> refused(one) > 0);
    assertThat(one.isConnected(client)).as("nor does a node speak to it").isFalse();
    assertThat(client.isConnected(one)).isFalse();
    String answer = introduced(client, one, client.id, null, client.address());
    assertThatNothingIsTold(answer.replace("CN=127.0.0.2", "his own name"));
    assertThat(answer).contains("is not that of a node");
  }

  @Test
  void aMemberDoesNotSpeakAsAnotherMember() throws Exception {
    PeerNode one = node(1);
    PeerNode two = node(2);
    PeerNode three = node(3);
    one.start(PeerNode.placements(one.member(), two.member(), three.member()));
    two.start(PeerNode.placements(one.member(), two.member(), three.member()));
    await().until(() -> one.isConnected(two) && two.isConnected(one));

    // As node 2 at its own address, as the cluster knows it; then at node 3's, as if it had moved.
    PeerNode asTwo = node(2, "127.0.0.3", tls("127.0.0.3", StrangersTest::marked));
    asTwo.start(hello(two.id, PeerNode.CLUSTER, two.address()), PeerNode.placements(one.member()));
    await().until(() -> refused(one) >= 1);
    asTwo.lane.run(asTwo.streams::close);
    long before = refused(one);
    PeerNode moved = node(2, "127.0.0.3", tls("127.0.0.3", StrangersTest::marked));
    moved.start(
        hello(two.id, PeerNode.CLUSTER, moved.address()), PeerNode.placements(one.member()));
    await().until(() -> refused(one) >= before + 2);
    assertThat(asTwo.isConnected(one) || moved.isConnected(one)).isFalse();
    assertThat(one.isConnected(two) && two.isConnected(one))
        .as("the stream of node 2 is not replaced")
        .isTrue();
    for (String address : List.of(two.address(), three.address())) {
      String answer = introduced(three, one, two.id, PeerNode.CLUSTER, address);
      assertThat(answer).contains("is not that of the node that it is to be");
      assertThatNothingIsTold(answer);
      assertThat(one.events.get(one.events.size() - 1))
          .isInstanceOfSatisfying(
              TransportEvent.StrangerRefused.class,
              refused -> {
                assertThat(refused.why()).contains("names '127.0.0.3', and not '127.0.0.2'");
                assertThat(refused.from()).startsWith("127.0.0.1:");
                assertThat(refused.user()).isEqualTo("CN=127.0.0.3");
              });
    }
    assertThat(introduced(three, one, three.id, PeerNode.CLUSTER, three.address()))
        .isEqualTo("answered");
  }

  /** Its certificate names the host that was dialled, and is not that of the node meant there. */
  @Test
  void whoAnswersAtTheAddressOfAMemberIsNotSpokenTo() throws Exception {
    PeerNode one = node(1);
    NodeTls bound =
        tls(
            "127.0.0.2",
            each -> each.uri("quorate://" + PeerNode.CLUSTER + "/node/" + new NodeId(7)));
    PeerNode taken = node(2, "127.0.0.2", bound);
    one.start(PeerNode.placements(one.member(), taken.member()));
    taken.start(PeerNode.placements(taken.member(), one.member()));
    await().until(() -> refused(one) >= 2);
    assertThat(one.isConnected(taken)).isFalse();
    assertThat(taken.isConnected(one)).isFalse();
    assertThat(introduced(one, taken, one.id, PeerNode.CLUSTER, one.address()))
        .contains("it is not the node that it says it is", "and not for node " + taken.id);
  }

  /** Its certificate is for a node of that cluster, whatever it says. */
  @Test
  void aMemberOfAnotherClusterDoesNotSpeakInThisOne() throws Exception {
    PeerNode one = node(1);
    ClusterId other = new ClusterId(0xDD);
    NodeTls bound =
        tls("127.0.0.2", each -> each.uri("quorate://" + other + "/node/" + new NodeId(2)));
    PeerNode two = node(2, "127.0.0.2", bound);
    one.start(PeerNode.placements(one.member(), two.member()));
    two.start(PeerNode.placements(one.member(), two.member()));
    await().until(() -> refused(one) >= 1);
    String answer = introduced(two, one, two.id, null, two.address());
    assertThat(answer).contains("is not that of the node that it is to be");
    assertThatNothingIsTold(answer);
    assertThat(two.isConnected(one)).isFalse();
  }

  private static void assertThatNothingIsTold(String answer) {
    assertThat(answer).doesNotContain(PeerNode.CLUSTER.toString(), "127.0.0.1", "127.0.0.2");
  }

  /** What a node answers to an introduction. */
  private String introduced(
      PeerNode from, PeerNode to, NodeId node, @Nullable ClusterId cluster, String address)
      throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    Introduction mine =
        new Introduction(node, address, "r", "z", 1, List.of("a:1"), cluster, 1, 1, Releases.THIS);
    from.lane.run(
        () ->
            from.introductions.ask(
                to.address(),
                mine,
                new Introductions.Callback() {
                  @Override
                  public void answered(IntroductionReply reply) {
                    boolean unused = answer.complete("answered");
                  }

                  @Override
                  public void failed(String reason) {
                    boolean unused = answer.complete(reason);
                  }
                }));
    return answer.get(10, TimeUnit.SECONDS);
  }
}
