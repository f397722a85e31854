package io.quorate.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import io.quorate.cluster.Command.CreateJoinToken;
import io.quorate.cluster.Command.DropJoinToken;
import io.quorate.cluster.Command.Readmit;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.JoinTokenText;
import io.quorate.cluster.Member;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.bootstrap.DiskMarks;
import io.quorate.metadata.bootstrap.FoldingHost;
import io.quorate.metadata.bootstrap.Introduction;
import io.quorate.metadata.bootstrap.IntroductionReply;
import io.quorate.metadata.bootstrap.Introductions;
import io.quorate.metadata.bootstrap.JoinTokenDemand;
import io.quorate.metadata.bootstrap.Joining;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.runtime.Clock;
import io.quorate.runtime.TestClock;
import io.quorate.transport.event.TransportEvent;
import io.quorate.transport.event.TransportEvent.NewcomerRefused;
import io.quorate.transport.tls.ClientCertificates;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * With TLS, who has the key of a member does not bring more nodes into the cluster: a certificate
 * of a host that has a member is not enough to join.
 */
class NewcomersTest {
  private static final TestAuthority OURS = new TestAuthority("ours");
  private static final long NOW = 1_700_000_000_000L;
  private static final long HOUR = 3_600_000;
  private static final JoinTokenText TOKEN = new JoinTokenText("aaaaaaaa", "0a".repeat(16));

  @TempDir private Path directory;
  private final List<PeerNode> open = new ArrayList<>();
  private volatile long nowMillis = NOW;

  private final Clock clock = TestClock.of(() -> nowMillis, System::nanoTime);

  @AfterEach
  void close() {
    open.forEach(PeerNode::close);
  }

  private NodeTls tls(String host, UnaryOperator<TestCertificate> more) throws TlsFilesException {
    TestCertificate.Files files =
        more.apply(OURS.certificate(host).ip(host).uri("quorate:node"))
            .issue()
            .write(directory, "files-" + System.nanoTime());
    TlsFiles own =
        new TlsFiles(
            files.certificate(),
            files.key(),
            TestAuthority.write(directory.resolve("ca.pem"), OURS));
    return NodeTls.open(
        new TlsSettings(TlsMode.REQUIRE, ClientCertificates.OPTIONAL, own, List.of()),
        System.currentTimeMillis());
  }

  private PeerNode node(int id, String host, NodeTls tls) {
    PeerNode node = new PeerNode(id, host, 0, PeerSettings.DEFAULT, tls);
    open.add(node);
    return node;
  }

  private PeerNode node(int id, String host) throws TlsFilesException {
    return node(id, host, tls(host, each -> each));
  }

  /** The one member of a cluster, at 127.0.0.1, and what it decides. */
  private final class OneMember {
    final PeerNode node;
    final FoldingHost host;

    OneMember(JoinTokenDemand demand) throws TlsFilesException {
      node = node(1, "127.0.0.1");
      Member self =
          new Member(node.id, node.address(), "r", "z", 1, 1, Releases.THIS, Member.State.ACTIVE);
      host = new FoldingHost(Genesis.create(PeerNode.CLUSTER, List.of(self), 16), demand, clock);
      node.introduced = host;
      node.start(PeerNode.placements(node.member()));
    }

    void create(JoinTokenText text, int uses) {
      assertThat(
              host.fold(new CreateJoinToken(text.id(), text.hash(), NOW + HOUR, uses, nowMillis)))
          .isInstanceOf(CommandOutcome.Accepted.class);
    }

    boolean has(long id) {
      return host.state().members().containsKey(new NodeId(id));
    }

    NewcomerRefused lastRefused() {
      return (NewcomerRefused)
          node.events.stream().filter(NewcomerRefused.class::isInstance).toList().getLast();
    }
  }

  /** Asks to join, as a node with any id at an address, and returns what it is told. */
  private String join(
      PeerNode from, OneMember at, long id, String address, @Nullable JoinTokenText token)
      throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    Introduction mine =
        new Introduction(
            new NodeId(id),
            address,
            "r",
            "z",
            1,
            List.of(at.node.address()),
            null,
            1,
            0,
            Joining.AS_SPARE,
            PeerNode.CLUSTER,
            Releases.THIS,
            token,
            "",
            DiskMarks.NOT_TOLD);
    from.lane.run(
        () ->
            from.introductions.ask(
                at.node.address(),
                mine,
                new Introductions.Callback() {
                  @Override
                  public void answered(IntroductionReply reply) {
                    boolean unused =
                        answer.complete("answered " + reply.refusal() + reply.waitFor());
                  }

                  @Override
                  public void failed(String reason) {
                    boolean unused = answer.complete(reason);
                  }
                }));
    return answer.get(10, TimeUnit.SECONDS);
  }

  private void assertRefused(OneMember one, String answer, String why) {
    assertThat(answer)
        .contains("asks for a join token", "quorate cluster token create")
        .as("nothing is told of the cluster")
        .doesNotContain(PeerNode.CLUSTER.toString(), one.node.id.toString(), "127.0.0.1");
    NewcomerRefused told = one.lastRefused();
    assertThat(told.why()).contains(why, "its certificate is of the host of node");
    assertThat(told.user()).isEqualTo("CN=127.0.0.1");
    assertThat(one.host.state().members()).hasSize(1);
  }

  @Test
  void theKeyOfAMemberTakesNoOtherNodeIn() throws Exception {
    OneMember one = new OneMember(JoinTokenDemand.SHARED_HOSTS);
    PeerNode thief = node(9, "127.0.0.1");
    String there = thief.address();

    assertRefused(one, join(thief, one, 9, there, null), "it shows no join token");
    assertThat(one.lastRefused().again()).isFalse();
    assertRefused(one, join(thief, one, 9, there, null), "it shows no join token");
    assertThat(one.lastRefused().again()).as("told once, and counted each time").isTrue();
    assertRefused(one, join(thief, one, 9, there, TOKEN), "there is no join token aaaaaaaa");

    one.create(TOKEN, 1);
    assertRefused(
        one,
        join(thief, one, 9, there, new JoinTokenText(TOKEN.id(), "0b".repeat(16))),
        "the secret of its join token aaaaaaaa is wrong");
    nowMillis = NOW + HOUR;
    assertRefused(one, join(thief, one, 9, there, TOKEN), "join token aaaaaaaa has expired");
    nowMillis = NOW;
    assertThat(one.host.fold(new DropJoinToken(TOKEN.id())))
        .isInstanceOf(CommandOutcome.Accepted.class);
    assertRefused(one, join(thief, one, 9, there, TOKEN), "there is no join token aaaaaaaa");
    assertThat(one.node.events)
        .as("none was let near the cluster")
        .noneMatch(TransportEvent.Introduced.class::isInstance);
  }

  @Test
  void aTokenTakesOneNodeInForEachUse() throws Exception {
    OneMember one = new OneMember(JoinTokenDemand.SHARED_HOSTS);
    PeerNode newcomer = node(9, "127.0.0.1");
    one.create(TOKEN, 1);

    assertThat(join(newcomer, one, 9, newcomer.address(), TOKEN)).startsWith("answered null");
    assertThat(one.has(9)).isTrue();
    assertThat(join(newcomer, one, 9, newcomer.address(), TOKEN))
        .as("it has not heard that it is a member, and asks again")
        .startsWith("answered null");
    assertThat(join(newcomer, one, 10, "127.0.0.1:9", TOKEN)).contains("asks for a join token");
    assertThat(one.lastRefused().why()).contains("there is no join token aaaaaaaa");
    assertThat(one.has(10)).isFalse();
  }

  @Test
  void aCertificateOfAnotherHostIsEnough() throws Exception {
    OneMember one = new OneMember(JoinTokenDemand.SHARED_HOSTS);
    PeerNode newcomer = node(9, "127.0.0.2");
    assertThat(join(newcomer, one, 9, newcomer.address(), null)).startsWith("answered null");
    assertThat(one.has(9)).isTrue();
  }

  /** Else a key would do for each name that its certificate has beside the one in use. */
  @Test
  void anotherNameOfTheSameHostIsNotEnough() throws Exception {
    OneMember one = new OneMember(JoinTokenDemand.SHARED_HOSTS);
    PeerNode thief = node(9, "127.0.0.2", tls("127.0.0.2", each -> each.ip("127.0.0.1")));
    assertThat(join(thief, one, 9, thief.address(), null)).contains("asks for a join token");
    assertThat(one.has(9)).isFalse();
  }

  @Test
  void tokensCanBeAskedOfAllOrOfNone() throws Exception {
    OneMember strict = new OneMember(JoinTokenDemand.ALWAYS);
    OneMember open = new OneMember(JoinTokenDemand.NEVER);
    PeerNode elsewhere = node(9, "127.0.0.2");
    PeerNode there = node(10, "127.0.0.1");
    assertThat(join(elsewhere, strict, 9, elsewhere.address(), null))
        .contains("asks for a join token");
    assertThat(strict.lastRefused().why()).contains("cluster.join_tokens");
    strict.create(TOKEN, 1);
    assertThat(join(elsewhere, strict, 9, elsewhere.address(), TOKEN)).startsWith("answered");
    assertThat(strict.has(9)).isTrue();
    assertThat(join(there, open, 10, there.address(), null)).startsWith("answered null");
    assertThat(open.has(10)).isTrue();
  }

  /** It belongs to the cluster already, or takes the place that an operator has said is free. */
  @Test
  void membersAndThoseThatTakeTheirPlaceNeedNone() throws Exception {
    OneMember one = new OneMember(JoinTokenDemand.ALWAYS);
    PeerNode same = node(7, "127.0.0.1");
    assertThat(join(same, one, 1, same.address(), null)).startsWith("answered null");
    assertThat(join(same, one, 7, one.node.address(), null)).contains("lost", "readmit");
    assertThat(one.host.fold(new Readmit(one.node.id, true)))
        .isInstanceOf(CommandOutcome.Accepted.class);
    assertThat(join(same, one, 7, one.node.address(), null)).contains("take the place");
    assertThat(one.has(7)).isTrue();
  }
}
