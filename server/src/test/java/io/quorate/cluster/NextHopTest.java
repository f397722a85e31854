package io.quorate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Replication;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
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

  /** Whichever nodes leave may be dead, as long as the replicas at the start do without them. */
  @Property(tries = 3_000)
  void noSetOnTheWayNeedsANodeThatLeaves(@ForAll long seed) {
    Random random = new Random(seed);
    int from = 1 + random.nextInt(7);
    int to = 1 + random.nextInt(7);
    int length = Math.max(from, to);
    List<NodeId> list = drawn(random, length + random.nextInt(2));
    List<NodeId> target = drawn(random, length + random.nextInt(2));
    Set<NodeId> dead = new TreeSet<>(list);
    target.forEach(dead::remove);
    dead.removeIf(node -> random.nextBoolean());
    if (from == to || !hasMajority(list.subList(0, from), dead)) {
      return;
    }
    PartitionPlacement now = at(list, 0);
    int hops = 0;
    while (!now.preferenceList().equals(target) || now.alteredThrough() != ALTERED_AT) {
      NextHop hop = NextHop.of(now, target, altered(from, to), STATE);
      assertThat(hop.isSomewhereElse(now)).isTrue();
      for (Factor factor : hop.factors()) {
        assertThat(
                hasMajority(factor.before(now.preferenceList()), dead)
                    && hasMajority(factor.after(hop.list()), dead))
            .as("%s to %s at %s without %s", now.preferenceList(), hop.list(), factor, dead)
            .isTrue();
      }
      now = at(hop.list(), hop.through());
      assertThat(++hops).isLessThanOrEqualTo(target.size() + 1);
    }
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
