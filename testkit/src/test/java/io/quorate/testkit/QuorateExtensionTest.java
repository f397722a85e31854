package io.quorate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Tenant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Classes of tests as users write them, run as JUnit runs them. */
class QuorateExtensionTest {
  @QuorateTest(nodes = 1, tenants = "orders", settings = "limits.max_key_bytes=100")
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  static final class Declared {
    @BeforeAll
    static void before(QuorateCluster cluster) {
      assertThat(cluster.nodes()).hasSize(1);
    }

    @AfterAll
    static void after(QuorateCluster cluster) {
      assertThat(cluster.client().keyValue().get("k").found()).isTrue();
    }

    @BeforeEach
    void put(QuorateClient client) {
      var unused = client.keyValue().put("k", "v"); // every fault has been taken back
    }

    @Test
    @Order(1)
    void tenantsAreThereAndTheClientIsTheClusters(QuorateCluster cluster, QuorateClient client) {
      assertThat(client).isSameAs(cluster.client());
      assertThat(Administration.of(client).cluster().tenants())
          .extracting(Tenant::name)
          .contains("orders");
      cluster.node(1).kill();
    }

    @Test
    @Order(2)
    void theNodeThatTheTestBeforeKilledRuns(QuorateCluster cluster) {
      assertThat(cluster.node(1).state()).isEqualTo(NodeState.RUNNING);
      cluster.node(1).pause();
      cluster.node(1).cutClients();
      cluster.node(1).clock().shift(java.time.Duration.ofMinutes(-1));
    }

    @Nested
    class Inner {
      @Test
      void nestedClassesHaveTheSame(QuorateCluster cluster) {
        assertThat(cluster.client().keyValue().get("k").found()).isTrue();
        assertThat(cluster.describe()).endsWith(" running");
      }
    }
  }

  @Test
  void aClassAndItsNestedOnesShareAClusterThatIsHealedBetweenTests() {
    TestRun run = TestRun.of(Declared.class);
    assertThat(run.failures()).isEmpty();
    assertThat(run.passed()).hasSize(3);
    assertThat(run.reported()).isEmpty();
  }

  @QuorateTest(nodes = 1, lifetime = Lifetime.METHOD)
  static final class Fresh {
    @Test
    void one(QuorateCluster cluster) {
      putWhereNothingIs(cluster);
    }

    @Test
    void other(QuorateCluster cluster) {
      putWhereNothingIs(cluster);
    }

    private static void putWhereNothingIs(QuorateCluster cluster) {
      assertThat(cluster.client().keyValue().get("k").found()).isFalse();
      var unused = cluster.client().keyValue().put("k", "v");
    }
  }

  @Test
  void withAClusterForEachTestNothingIsLeftFromTheOneBefore() {
    TestRun run = TestRun.of(Fresh.class);
    assertThat(run.failures()).isEmpty();
    assertThat(run.passed()).hasSize(2);
  }

  @QuorateTest(nodes = 2)
  static final class Failing {
    @Test
    void fails(QuorateCluster cluster) {
      cluster.node(1).cutOutgoing(cluster.node(2));
      cluster.node(2).kill();
      throw new AssertionError("as it is meant");
    }
  }

  @Test
  void aTestThatFailsTellsTheStatesOfTheNodes() {
    TestRun run = TestRun.of(Failing.class);
    assertThat(run.failures()).containsOnlyKeys("fails(QuorateCluster)");
    Throwable failure = run.failures().values().iterator().next();
    assertThat(failure).hasMessage("as it is meant");
    assertThat(failure.getSuppressed()).hasSize(1);
    assertThat(failure.getSuppressed()[0])
        .hasMessageContaining("node-1 127.0.0.1:")
        .hasMessageContaining("; cut: node-1 -> node-2")
        .hasMessageContaining("node-2 127.0.0.1:")
        .hasMessageContaining(" killed");
    assertThat(run.reported()).hasSize(1);
    assertThat(run.reported().get(0)).startsWith("quorate nodes: node-1 ").contains(" killed");
  }

  @QuorateTest(nodes = 1, settings = "limits.max_key_bytes")
  static final class Malformed {
    @Test
    void neverRuns() {}
  }

  @Test
  void aSettingWithoutValueIsTold() {
    TestRun run = TestRun.of(Malformed.class);
    assertThat(run.passed()).isEmpty();
    assertThat(run.failures().values())
        .singleElement()
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.THROWABLE)
        .hasMessage("setting \"limits.max_key_bytes\" of @QuorateTest: give name=value");
  }

  static final class Registered {
    @RegisterExtension
    static final QuorateExtension one = QuorateExtension.builder().nodes(1).build();

    @RegisterExtension
    final QuorateExtension other =
        QuorateExtension.builder().nodes(1).tenant("orders").lifetime(Lifetime.METHOD).build();

    @Test
    void eachHasItsOwn() {
      assertThat(one.cluster().addresses())
          .doesNotContainAnyElementsOf(other.cluster().addresses());
      assertThat(Administration.of(other.client()).cluster().tenants())
          .extracting(Tenant::name)
          .contains("orders");
      assertThat(Administration.of(one.client()).cluster().tenants())
          .extracting(Tenant::name)
          .doesNotContain("orders");
    }
  }

  @Test
  void extensionsAreRegisteredBesideEachOther() {
    TestRun run = TestRun.of(Registered.class);
    assertThat(run.failures()).isEmpty();
    assertThat(run.passed()).hasSize(1);
  }
}
