package io.quorate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Replication;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class NextHopTest {
  private static final long ALTERED_AT = 29;
  private static final int NODES = 12;
  private static final ClusterState STATE = Clusters.ofNodes(3);

  /** Node 1 gives way first; node 2, which leaves too, may be dead all the time. */
  @Example
  void aFactorIsAlteredWhereMostOfItsNewReplicasStay() {
    Set<Replication> altered = altered(3, 2);
    NextHop first = NextHop.of(at(ids(1, 2, 3), 0), ids(5, 4, 3), altered, STATE);
    assertThat(first.list()).isEqualTo(ids(5, 2, 3));
    assertThat(first.through()).isZero();
    NextHop second = NextHop.of(at(first.list(), first.through()), ids(5, 4, 3), altered, STATE);
    assertThat(second.list()).isEqualTo(ids(5, 4, 3));
    assertThat(second.through()).isEqualTo(ALTERED_AT);
  }

  /** Members of the release before come through the alteration at once, and fold the same log. */
  @Example
  void atTheFirstVersionItIsAlteredInTheFirstHop() {
    NextHop first =
        NextHop.of(at(ids(1, 2, 3), 0), ids(5, 4, 3), altered(3, 2), Clusters.ofTheReleaseBefore());
    assertThat(first.list()).isEqualTo(ids(5, 2, 3));
    assertThat(first.through()).isEqualTo(ALTERED_AT);
  }

  @Example
  void whereMostOfItsNewReplicasStayItIsAlteredInTheFirstHop() {
    NextHop only = NextHop.of(at(ids(1, 2, 3), 0), ids(5, 2, 3), altered(3, 2), STATE);
    assertThat(only.list()).isEqualTo(ids(5, 2, 3));
    assertThat(only.through()).isEqualTo(ALTERED_AT);
    NextHop nowhere = NextHop.of(at(ids(1, 2, 3), 0), ids(1, 2, 3), altered(3, 2), STATE);
    assertThat(nowhere.through()).isEqualTo(ALTERED_AT);
  }

  /** Only four nodes stay, so the list to come is too short for the old factor. */
  @Example
  void whereTheListToComeIsShorterThanTheOldFactorReplicasThatLeaveStandBehindIt() {
    Set<Replication> altered = altered(5, 2);
    NextHop first = NextHop.of(at(ids(1, 2, 3, 4, 5), 0), ids(6, 7, 4, 5), altered, STATE);
    assertThat(first.list()).as("3 leaves, too").isEqualTo(ids(6, 7, 4, 5, 3));
    assertThat(first.through()).isZero();
    NextHop second = NextHop.of(at(first.list(), first.through()), ids(6, 7, 4, 5), altered, STATE);
    assertThat(second.list()).isEqualTo(ids(6, 7, 4, 5));
    assertThat(second.through()).isEqualTo(ALTERED_AT);
  }

  /** Node 3 leaves, and would be a replica for one hop. Then any of three may die. */
  @Example
  void replicasThatAreAddedAreOnNodesThatStay() {
    Set<Replication> altered = altered(2, 3);
    NextHop first = NextHop.of(at(ids(1, 2, 3), 0), ids(6, 7, 8), altered, STATE);
    assertThat(first.list()).isEqualTo(ids(6, 7, 1));
    assertThat(first.through()).isEqualTo(ALTERED_AT);
    NextHop second = NextHop.of(at(first.list(), first.through()), ids(6, 7, 8), altered, STATE);
    assertThat(second.list()).isEqualTo(ids(6, 7, 8));
    NextHop before =
        NextHop.of(at(ids(1, 2, 3), 0), ids(6, 7, 8), altered, Clusters.ofTheReleaseBefore());
    assertThat(before.list()).as("as members of the release before").isEqualTo(ids(6, 2, 3));
  }

  /**
   * Nodes that leave may be dead from the start, and others of them die between two hops, as long
   * as the replicas of each moment do without them. None that leaves comes as a new replica: it
   * would have to be up to be copied to.
   */
  @Property(tries = 20_000)
  void noSetOnTheWayNeedsANodeThatLeaves(@ForAll long seed) {
    Random random = new Random(seed);
    int from = 1 + random.nextInt(7);
    int to = 1 + (from + random.nextInt(6)) % 7;
    List<NodeId> list = drawn(random, from + random.nextInt(8 - from));
    List<NodeId> target = drawn(random, to + random.nextInt(8 - to));
    Set<Replication> replications = new HashSet<>(altered(from, to));
    if (random.nextBoolean()) {
      int both = Math.min(list.size(), target.size());
      replications.add(Replication.of(1 + random.nextInt(both))); // a tenant that is not altered
    }
    PartitionPlacement now = at(list, 0);
    Set<NodeId> dead = dying(random, now, target, replications, new TreeSet<>());
    int hops = 0;
    while (!now.preferenceList().equals(target) || now.alteredThrough() != ALTERED_AT) {
      NextHop hop = NextHop.of(now, target, replications, STATE);
      assertThat(hop.isSomewhereElse(now)).isTrue();
      for (Factor factor : hop.factors()) {
        List<NodeId> before = factor.before(now.preferenceList());
        List<NodeId> after = factor.after(hop.list());
        String hopping =
            "%s to %s on the way to %s at %s without %s"
                .formatted(now.preferenceList(), hop.list(), target, factor, dead);
        assertThat(after).as(hopping).hasSize(factor.to().replicas());
        assertThat(hasMajority(before, dead) && hasMajority(after, dead)).as(hopping).isTrue();
        assertThat(after)
            .as(hopping)
            .allMatch(node -> before.contains(node) || target.contains(node));
      }
      now = at(hop.list(), hop.through());
      dead = dying(random, now, target, replications, dead);
      assertThat(++hops).isLessThanOrEqualTo(target.size() + 1);
    }
  }

  /** Those that are dead, and some more that leave, of which no majority is made up. */
  private static Set<NodeId> dying(
      Random random,
      PartitionPlacement now,
      List<NodeId> target,
      Set<Replication> replications,
      Set<NodeId> dead) {
    List<NodeId> leaving =
        LongStream.rangeClosed(1, NODES)
            .mapToObj(NodeId::new)
            .filter(node -> !target.contains(node) && random.nextBoolean())
            .collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(leaving, random);
    Set<NodeId> dying = new TreeSet<>(dead);
    for (NodeId node : leaving) {
      dying.add(node);
      boolean served =
          replications.stream()
              .map(each -> each.at(now.alteredThrough()).replicas())
              .allMatch(each -> hasMajority(now.preferenceList().subList(0, each), dying));
      if (!served) {
        dying.remove(node);
      }
    }
    return dying;
  }

  private static boolean hasMajority(List<NodeId> replicas, Set<NodeId> dead) {
    long up = replicas.stream().filter(node -> !dead.contains(node)).count();
    return up >= Level.QUORUM.required(replicas.size());
  }

  private static List<NodeId> drawn(Random random, int length) {
    List<NodeId> nodes =
        new ArrayList<>(LongStream.rangeClosed(1, NODES).mapToObj(NodeId::new).toList());
    Collections.shuffle(nodes, random);
    return List.copyOf(nodes.subList(0, length));
  }

  /** Of a partition that is at rest. */
  private static PartitionPlacement at(List<NodeId> list, long alteredThrough) {
    PartitionPlacement fresh = new PartitionPlacement(1, list);
    return new PartitionPlacement(1, list, fresh.purge(), fresh.filling(), null, alteredThrough);
  }

  /** One tenant that is altered. */
  private static Set<Replication> altered(int from, int to) {
    return Set.of(Replication.of(from).altered(ALTERED_AT, to));
  }

  private static List<NodeId> ids(long... numbers) {
    return LongStream.of(numbers).mapToObj(NodeId::new).toList();
  }
}
