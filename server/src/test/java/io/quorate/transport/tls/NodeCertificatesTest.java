package io.quorate.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which certificates are taken for those of nodes, and of which nodes. */
class NodeCertificatesTest {
  private static final TestAuthority OURS = new TestAuthority("ours");
  private static final NodeId NODE = new NodeId(0xAB);
  private static final ClusterId CLUSTER = new ClusterId(0xC1);

  private static TestCertificate node(String host) {
    return OURS.certificate("some").dns(host).uri("quorate:node");
  }

  private static NodeCertificates rules(String... patterns) {
    return NodeCertificates.of(Stream.of(patterns).map(NodePattern::parse).toList(), false);
  }

  private static @Nullable String refusal(TestCertificate shown, String... addresses) {
    return refusal(rules(), shown, CLUSTER, addresses);
  }

  private static @Nullable String refusal(
      NodeCertificates rules, TestCertificate shown, @Nullable ClusterId of, String... addresses) {
    return rules.refusal(shown.issue().certificate(), new ClaimedNode(NODE, of, Set.of(addresses)));
  }

  @Test
  void aCertificateThatSaysSoIsThatOfTheNodeAtAHostThatItNames() {
    assertThat(refusal(node("db-1.example"), "db-1.example:7401")).isNull();
    assertThat(refusal(node("db-1.example"), "DB-1.EXAMPLE:7402")).isNull();
    assertThat(refusal(node("db-1.example"), "db-1.example.:7401")).isNull();
    assertThat(refusal(node("db-1.example"), "db-2.example:7401"))
        .contains("names 'db-1.example', and not 'db-2.example', where node 00000000000000ab is");
    assertThat(refusal(node("db-1.example").dns("db-2.example"), "db-2.example:7401")).isNull();
    assertThat(refusal(OURS.certificate("db-1.example").uri("quorate:node"), "db-1.example:1"))
        .contains("names no host");
  }

  /** Where it says to be, and where the cluster knows it to be. */
  @Test
  void allOfItsAddressesHaveToBeNamed() {
    assertThat(refusal(node("db-1.example"), "db-1.example:7401", "db-2.example:7401")).isNotNull();
    assertThat(
            refusal(
                node("db-1.example").dns("db-2.example"), "db-1.example:7401", "db-2.example:7401"))
        .isNull();
  }

  @Test
  void anAsteriskStandsForOneLabel() {
    assertThat(refusal(node("*.db.example"), "one.db.example:1")).isNull();
    assertThat(refusal(node("*.db.example"), "db.example:1")).isNotNull();
    assertThat(refusal(node("*.db.example"), "a.b.db.example:1")).isNotNull();
    assertThat(refusal(node("*"), "localhost:1")).isNotNull();
  }

  @Test
  void anAddressIsNamedAsOne() {
    TestCertificate byAddress = OURS.certificate("some").ip("10.0.0.1").uri("quorate:node");
    assertThat(refusal(byAddress, "10.0.0.1:7401")).isNull();
    assertThat(refusal(byAddress, "10.0.0.2:7401")).isNotNull();
    TestCertificate asName = OURS.certificate("some").dns("10.0.0.1").uri("quorate:node");
    assertThat(refusal(asName, "10.0.0.1:7401")).as("a name is no address").isNotNull();
    TestCertificate six = OURS.certificate("some").ip("fd00::1").uri("quorate:node");
    assertThat(refusal(six, "[fd00:0:0::1]:7401")).isNull();
    assertThat(refusal(six, "[fd00::2]:7401")).isNotNull();
  }

  @Test
  void theCertificateOfAClientIsNoNodes() {
    TestCertificate client = OURS.certificate("db-1.example").dns("db-1.example");
    assertThat(refusal(client, "db-1.example:7401"))
        .contains("is not that of a node", "no URI quorate:node");
    assertThat(rules().refusal(client.issue().certificate(), null)).isNotNull();
    assertThat(refusal(client.uri("quorate:nodes").uri("quorate:user/node"), "db-1.example:7401"))
        .isNotNull();
  }

  @Test
  void anAuthorityThatDoesNotMarkThemHasPatterns() {
    TestCertificate byHost = OURS.certificate("any").dns("One.db.example");
    assertThat(refusal(rules("host:*.db.example"), byHost, CLUSTER, "one.db.example:1")).isNull();
    assertThat(refusal(rules("host:*.DB.example"), byHost, CLUSTER, "two.db.example:1"))
        .isNotNull();
    assertThat(refusal(rules("host:*.app.example", "uri:*"), byHost, CLUSTER, "one.db.example:1"))
        .contains("nothing of tls.nodes");
    TestCertificate byName = OURS.certificate("quorate-7").dns("a");
    assertThat(refusal(rules("cn:quorate-*"), byName, CLUSTER, "a:1")).isNull();
    assertThat(refusal(rules("cn:Quorate-*"), byName, CLUSTER, "a:1")).isNotNull();
    assertThat(refusal(rules("cn:quorate"), byName, CLUSTER, "a:1")).isNotNull();
    TestCertificate spiffe = OURS.certificate("x").dns("a").uri("spiffe://prod/quorate/7");
    assertThat(refusal(rules("uri:spiffe://prod/quorate/*"), spiffe, CLUSTER, "a:1")).isNull();
    assertThat(refusal(rules("uri:spiffe://test/quorate/*"), spiffe, CLUSTER, "a:1")).isNotNull();
    assertThat(refusal(rules("host:.*"), byHost, CLUSTER, "one.db.example:1"))
        .as("is no regular expression")
        .isNotNull();
  }

  /** A directory puts its people below a name that all of them have. */
  @Test
  void theMostSpecificCommonNameCounts() {
    TestCertificate person = OURS.certificate("alice,CN=quorate-nodes,DC=corp").dns("a");
    assertThat(refusal(rules("cn:quorate-*"), person, CLUSTER, "a:1")).isNotNull();
    assertThat(refusal(rules("cn:alice"), person, CLUSTER, "a:1")).isNull();
  }

  /** An authority may have let anything in. */
  @Test
  void whatACertificateSaysIsQuotedAndCut() {
    TestCertificate odd = node("a\nERROR forged");
    for (int i = 0; i < 100; i++) {
      odd.dns("name-" + i);
    }
    assertThat(refusal(odd, "db-1.example:1"))
        .doesNotContain("\n")
        .contains(" more, and not")
        .hasSizeLessThan(700);
  }

  @Test
  void patternsSayWhatTheyLookAt() {
    for (String wrong : List.of("db.example", "host:", "ip:10.0.0.1", ":x", "")) {
      assertThatThrownBy(() -> NodePattern.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(NodePattern.parse("host:*.db.example")).hasToString("host:*.db.example");
  }

  /** It may move to any host, and no other node may use it. */
  @Test
  void aCertificateWithAnIdIsThatOfThisNodeAlone() {
    TestCertificate bound =
        OURS.certificate("x").dns("a").uri("quorate://" + CLUSTER + "/node/" + NODE);
    assertThat(refusal(bound, "elsewhere:1")).isNull();
    assertThat(refusal(rules(), bound, null, "elsewhere:1")).isNull();
    assertThat(refusal(rules(), bound, new ClusterId(2), "a:1"))
        .contains("is for 'quorate://" + CLUSTER + "/node/" + NODE, "of cluster 0000000000000002");
    TestCertificate another =
        OURS.certificate("x").dns("a").uri("quorate://" + CLUSTER + "/node/" + new NodeId(1));
    assertThat(refusal(another, "a:1")).contains("and not for node " + NODE);
    assertThat(refusal(another.uri("quorate:node"), "a:1"))
        .as("the mark does not take the id's meaning away")
        .isNotNull();
    TestCertificate malformed = OURS.certificate("x").dns("a").uri("quorate://any/node/any");
    assertThat(refusal(malformed, "a:1")).isNotNull();
  }
}
