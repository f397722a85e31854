package io.quorate.metadata;

import static io.quorate.metadata.MetadataWorld.tenant;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command;
import io.quorate.cluster.Command.RaiseClusterVersion;
import io.quorate.metadata.MetadataMessage.AwaitSettled;
import io.quorate.metadata.MetadataMessage.Settled;
import io.quorate.metadata.MetadataWorld.Node;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A node that waits until others know what was decided. */
class SpreadingTest {
  private static final Duration SECONDS_10 = Duration.ofSeconds(10);

  /** What became of a command, and of the wait for other nodes. */
  private static final class Change {
    boolean unknownToOthers;
    long acceptedNanos;
    long toldNanos;
    @Nullable Set<NodeId> unaware;
  }

  private static Set<NodeId> others(MetadataWorld world, Node node) {
    return world.nodes.stream()
        .map(each -> each.id)
        .filter(each -> !each.equals(node.id))
        .collect(Collectors.toSet());
  }

  private static boolean isKnownTo(Node node, String tenant) {
    return node.group().state().tenants().containsKey(tenant);
  }

  /** Creates a tenant, and waits for all others. */
  private static Change create(MetadataWorld world, Node node, String name, Duration timeout) {
    return change(world, node, tenant(name), each -> isKnownTo(each, name), timeout);
  }

  /** Makes a change, and waits for all others. */
  private static Change change(
      MetadataWorld world,
      Node node,
      Command command,
      Predicate<Node> isKnownTo,
      Duration timeout) {
    Change change = new Change();
    node.laneNow()
        .execute(
            () -> {
              long deadlineNanos = node.nanos() + timeout.toNanos();
              node.group()
                  .propose(
                      command,
                      deadlineNanos,
                      outcome -> {
                        assertThat(outcome).isInstanceOf(CommandOutcome.Accepted.class);
                        change.unknownToOthers = !world.nodes.stream().allMatch(isKnownTo);
                        change.acceptedNanos = node.nanos();
                        node.group()
                            .spread(
                                others(world, node),
                                deadlineNanos,
                                unaware -> {
                                  change.unaware = Set.copyOf(unaware);
                                  change.toldNanos = node.nanos();
                                });
                      });
            });
    assertThat(world.runUntil(() -> change.unaware != null)).isTrue();
    return change;
  }

  @Test
  void whatIsToldIsKnownToAll() {
    var world = new MetadataWorld(31, 7); // five voters and two learners
    world.startAll();
    world.leader();
    int windows = 0;
    for (int i = 0; i < 40; i++) {
      Node node = world.nodes.get(i % 7);
      String name = "t" + i;
      Change change = create(world, node, name, SECONDS_10);
      assertThat(change.unaware).isEmpty();
      assertThat(world.nodes).allMatch(each -> isKnownTo(each, name));
      windows += change.unknownToOthers ? 1 : 0;
    }
    assertThat(windows).as("commands that were accepted before all knew of them").isPositive();
  }

  @Test
  void aNodeThatHearsOfItLateIsWaitedFor() {
    var world = new MetadataWorld(35, 3);
    world.startAll();
    Node leader = world.leader();
    Node late = world.follower();
    MetadataGroupTest.withoutAppendsTo(world, late);
    late.laneNow().schedule(TimeUnit.MILLISECONDS.toNanos(800), world.network::clearRules);
    Change change = create(world, leader, "x", SECONDS_10);
    assertThat(change.unaware).isEmpty();
    assertThat(isKnownTo(late, "x")).isTrue();
    assertThat(TimeUnit.NANOSECONDS.toMillis(change.toldNanos - change.acceptedNanos))
        .isGreaterThan(600);
  }

  @Test
  void aNodeThatHearsOfNothingIsNamedAndNotWaitedForLong() {
    var world = new MetadataWorld(32, 3);
    world.startAll();
    Node leader = world.leader();
    Node deaf = world.follower();
    MetadataGroupTest.withoutAppendsTo(world, deaf);
    Change change = create(world, leader, "x", SECONDS_10);
    assertThat(change.unaware).containsExactly(deaf.id);
    assertThat(isKnownTo(deaf, "x")).isFalse();
    assertThat(TimeUnit.NANOSECONDS.toMillis(change.toldNanos - change.acceptedNanos))
        .isBetween(1_900L, 2_200L);

    Change brief = create(world, leader, "y", Duration.ofSeconds(1));
    assertThat(brief.unaware).containsExactly(deaf.id);
    assertThat(TimeUnit.NANOSECONDS.toMillis(brief.toldNanos - brief.acceptedNanos))
        .as("a third of the caller's time is left for the answer")
        .isLessThan(800);

    world.network.clearRules();
    Change heard = create(world, leader, "z", SECONDS_10);
    assertThat(heard.unaware).isEmpty();
    assertThat(isKnownTo(deaf, "x")).isTrue();
  }

  @Test
  void aQuestionOrAnAnswerThatIsLostIsSentAgain() {
    for (Class<?> lost : Set.of(AwaitSettled.class, Settled.class)) {
      var world = new MetadataWorld(33, 3);
      world.startAll();
      Node leader = world.leader();
      Node follower = world.follower();
      int[] count = {0};
      world.network.addRule(
          byte[].class,
          sent -> {
            boolean isMeant =
                lost.isInstance(MetadataMessage.decode(sent.message()))
                    && (sent.to().equals(follower.id) || sent.from().equals(follower.id));
            return isMeant && count[0]++ == 0 ? null : sent.message();
          });
      Change change = create(world, leader, "x", SECONDS_10);
      assertThat(change.unaware).isEmpty();
      assertThat(count[0]).as("how often it was sent").isGreaterThan(1);
      assertThat(isKnownTo(follower, "x")).isTrue();
    }
  }

  @Test
  void aGroupWhoseNodesMayNotReadTheQuestionIsNotAsked() {
    var world = new MetadataWorld(34, 3, Releases.BEFORE);
    world.nodes.forEach(each -> each.release = Releases.THIS);
    world.startAll();
    Node leader = world.leader();
    MetadataGroupTest.withoutAppendsTo(world, world.follower());
    world.network.addRule(
        byte[].class,
        sent -> {
          assertThat(MetadataMessage.decode(sent.message())).isNotInstanceOf(AwaitSettled.class);
          return sent.message();
        });
    assertThat(leader.group().state().clusterVersion()).isEqualTo(1);
    Change change = create(world, leader, "x", SECONDS_10);
    assertThat(Objects.requireNonNull(change.unaware)).isEmpty();
    assertThat(change.toldNanos).isEqualTo(change.acceptedNanos);
  }

  /** The first command that waits for others is the one that lets nodes wait. */
  @Test
  void aClusterVersionThatIsRaisedIsKnownToAllOnceThatIsTold() {
    int windows = 0;
    for (int seed = 40; seed < 50; seed++) {
      var world = new MetadataWorld(seed, 5, Releases.BEFORE);
      world.nodes.forEach(each -> each.release = Releases.THIS);
      world.startAll();
      Node leader = world.leader();
      int newest = Releases.THIS.newest();
      assertThat(world.runUntil(() -> leader.group().state().highestClusterVersion() == newest))
          .isTrue();
      Change change =
          change(
              world,
              leader,
              new RaiseClusterVersion(newest),
              each -> each.group().state().clusterVersion() == newest,
              SECONDS_10);
      assertThat(change.unaware).isEmpty();
      assertThat(world.nodes).allMatch(each -> each.group().state().clusterVersion() == newest);
      windows += change.unknownToOthers ? 1 : 0;
    }
    assertThat(windows).as("raised before all knew of it").isPositive();
  }
}
