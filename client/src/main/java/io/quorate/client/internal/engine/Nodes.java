package io.quorate.client.internal.engine;

import static io.quorate.proto.v1.Retries.RETRIES_ONCE_VALUE;
import static io.quorate.proto.v1.Tenant.Model.MODEL_LINEARIZABLE_VALUE;
import static io.quorate.proto.v1.Tenant.Model.MODEL_SIBLINGS_VALUE;

import io.quorate.client.QuorateClient;
import io.quorate.client.internal.net.Promptness;
import io.quorate.proto.v1.Tenant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections, and which of them a call should take. Owned by the loop.
 *
 * <p>The coordinator of a key is the most preferred of its replicas that is in order: one
 * coordinator per key, as long as all goes well, means that writes of a key are stamped in one
 * place and rarely again. Any other node will do when no replica can be reached, as nodes pass on
 * what is not theirs; the endpoints given are kept for when none of the addresses that the cluster
 * tells can be reached from here. While the coordinator is much slower than other nodes are, a part
 * of its keys goes to the next of their replicas ({@link Promptness}). A node that is drained, or
 * stops, tells so before it refuses anything, and is asked only once there is no other.
 *
 * <p>A client that says in which region it is prefers the replicas there to all others: a call goes
 * to another region only once no replica there takes it. A call at a level about one region stays
 * while any node there takes calls, whatever the node says of it: another region would answer
 * another question.
 */
public final class Nodes {
  /** Why there is no node to ask, though there are addresses. */
  public static final String ALL_ELSEWHERE = "all addresses lead to nodes of another cluster";

  private static final Logger LOG = LoggerFactory.getLogger(QuorateClient.class);

  /** A program may ask nodes that come and go for their status for as long as it runs. */
  private static final int OTHERS_MAX = 64;

  private final ClusterView view;
  private final Map<String, Connection> endpoints = new LinkedHashMap<>();
  private final Function<String, Connection> connect;

  /** Whose replicas are preferred; empty: those of no region are. */
  private final String region;

  /**
   * Those that were asked something by their address, and are neither members nor endpoints: what
   * was asked last is last. No call goes there.
   */
  private final Map<String, Connection> others = new LinkedHashMap<>();

  /** By position in the table's addresses. */
  private Connection[] members = new Connection[0];

  Nodes(ClusterView view, List<String> endpoints, Function<String, Connection> connect) {
    this.view = view;
    this.region = view.region();
    this.connect = connect;
    for (String endpoint : endpoints) {
      this.endpoints.put(endpoint, connect.apply(endpoint));
    }
  }

  /**
   * Follows a new placement: connects to nodes that came, and closes connections to those that
   * left.
   */
  void adopt(RouteTable next) {
    RouteTable before = view.table();
    view.follow(next);
    if (before != null && before.addresses().equals(next.addresses())) {
      return;
    }
    SortedSet<String> there = next.regionsWithout(region);
    if (before == null && !there.isEmpty()) {
      LOG.warn(
          "the region of this client is '{}', and no node is in it, so levels about one region are"
              + " about another one; there are: {}",
          region,
          String.join(", ", there));
    }
    Map<String, Connection> known = new LinkedHashMap<>(endpoints);
    for (Connection member : members) {
      known.put(member.address(), member);
    }
    List<Connection> nextMembers = new ArrayList<>();
    for (String address : next.addresses()) {
      Connection member = known.remove(address);
      nextMembers.add(member == null ? connect.apply(address) : member);
    }
    members = nextMembers.toArray(new Connection[0]);
    for (Connection member : members) {
      member.open();
    }
    for (Connection left : known.values()) {
      if (!endpoints.containsKey(left.address())) {
        left.close();
      }
    }
  }

  /**
   * Where to send a call next, admitted by the circuit breaker there; null if no node can be
   * reached now. Sets the call's partition.
   */
  @Nullable Connection pick(Call<?> call) {
    RouteTable current = view.table();
    if (current == null) {
      return null;
    }
    Tenant tenant = current.tenant(call.tenant);
    if (tenant != null) {
      call.partition = current.partition(tenant, call.key);
      if (tenant.getRetriesValue() == RETRIES_ONCE_VALUE
          || tenant.getModelValue() == MODEL_SIBLINGS_VALUE
          || tenant.getModelValue() == MODEL_LINEARIZABLE_VALUE) {
        call.once = call.mutation();
      }
    }
    if (tenant != null && call.partition >= 0) {
      int[] preferred = current.replicas(tenant, call.partition, region);
      int near = current.countIn(preferred, region);
      boolean stays = near > 0 && view.isAboutRegion(call, tenant);
      call.replicas = stays ? near : tenant.getReplicationFactor();
      Connection replica = stays ? pickOfRegion(call, preferred, near) : null;
      if (replica == null) {
        replica = pickReplica(call, preferred, near);
      }
      if (replica != null) {
        return replica;
      }
    }
    Connection any = pickAny(call.tries(), Connection::takesCalls);
    // One that is drained may still take the call. Once it has refused, the call waits for another.
    return any == null
        ? pickAny(call.tries(), member -> member.ready() && !call.wasRefusedBy(member))
        : any;
  }

  /**
   * A node of the client's region for a call that is about that region, also if the node has
   * refused the call: another region would answer another question. Null if no node there takes
   * calls.
   *
   * @param near how many of the preferred replicas are in the region: the first ones
   */
  private @Nullable Connection pickOfRegion(Call<?> call, int[] preferred, int near) {
    Connection replica = willing(call, preferred, 0, near);
    if (replica == null) {
      replica = first(call, preferred, 0, near, Connection::takesCalls);
    }
    if (replica == null) {
      replica = first(call, preferred, 0, near, Connection::hopeful);
    }
    return replica == null ? pickInRegion(call.tries(), Connection::takesCalls) : replica;
  }

  /** A replica of the client's region if there is one to ask, else one of another region. */
  private @Nullable Connection pickReplica(Call<?> call, int[] preferred, int near) {
    Connection replica = willing(call, preferred, 0, near);
    if (replica == null) {
      replica = willing(call, preferred, near, preferred.length);
    }
    if (replica == null) {
      replica = first(call, preferred, near, Connection::takesCalls);
    }
    return replica == null ? first(call, preferred, near, Connection::hopeful) : replica;
  }

  /** The best of some replicas of those that have not refused the call; null if there is none. */
  private @Nullable Connection willing(Call<?> call, int[] preferred, int from, int to) {
    Connection replica = lastOfSession(call, preferred, from, to);
    if (replica == null) {
      replica =
          first(
              call,
              preferred,
              from,
              to,
              member ->
                  member.takesCalls()
                      && member.promptness().takes(call.key)
                      && !call.wasRefusedBy(member));
    }
    if (replica == null) {
      replica =
          first(
              call,
              preferred,
              from,
              to,
              member -> member.takesCalls() && !call.wasRefusedBy(member));
    }
    if (replica == null && call.metClocksBehind()) {
      // To ask those again is of no use for as long as their clocks are behind.
      replica =
          first(
              call, preferred, from, to, member -> member.hopeful() && !call.wasRefusedBy(member));
    }
    return replica;
  }

  /** As the other, of all replicas: those of the client's region before others. */
  private @Nullable Connection first(
      Call<?> call, int[] preferred, int near, Predicate<Connection> willDo) {
    Connection own = first(call, preferred, 0, near, willDo);
    return own == null ? first(call, preferred, near, preferred.length, willDo) : own;
  }

  /**
   * The most preferred of some replicas, from one place in the list to before another, of those
   * that will do, admitted by its circuit breaker; null if there is none. What failed at one
   * coordinator is tried at the next.
   */
  private @Nullable Connection first(
      Call<?> call, int[] preferred, int from, int to, Predicate<Connection> willDo) {
    int count = to - from;
    for (int i = 0; i < count; i++) {
      Connection member = members[preferred[from + (i + call.tries()) % count]];
      if (willDo.test(member) && member.breaker().admits()) {
        return member;
      }
    }
    return null;
  }

  /**
   * The one of some replicas at which the call's session was before, admitted by its circuit
   * breaker; null if there is none, or it is not in order.
   */
  private @Nullable Connection lastOfSession(Call<?> call, int[] preferred, int from, int to) {
    if (call.session == null || call.attempts > 0) {
      return null;
    }
    Connection last = call.session.lastAt(call.partition);
    for (int i = from; last != null && i < to; i++) {
      if (members[preferred[i]] == last) {
        return last.takesCalls() && last.promptness().takes(call.key) && last.breaker().admits()
            ? last
            : null;
      }
    }
    return null;
  }

  private @Nullable Connection pickAny(int turn, Predicate<Connection> willDo) {
    Connection own = region.isEmpty() ? null : pickInRegion(turn, willDo);
    if (own != null) {
      return own;
    }
    for (int i = 0; i < members.length; i++) {
      Connection member = members[(i + turn) % members.length];
      if (willDo.test(member) && member.breaker().admits()) {
        return member;
      }
    }
    for (Connection endpoint : endpoints.values()) {
      if ((willDo.test(endpoint) || endpoint.hopeful())
          && !endpoint.isStranger()
          && endpoint.breaker().admits()) {
        return endpoint;
      }
    }
    return null;
  }

  /** Whether a node is in another region than the client. */
  boolean isElsewhere(Connection node) {
    RouteTable table = view.table();
    for (int i = 0; table != null && !region.isEmpty() && i < members.length; i++) {
      if (members[i] == node) {
        return !table.isIn(i, region);
      }
    }
    return false;
  }

  private @Nullable Connection pickInRegion(int turn, Predicate<Connection> willDo) {
    RouteTable table = view.table();
    for (int i = 0; table != null && i < members.length; i++) {
      int position = (i + turn) % members.length;
      Connection member = members[position];
      if (table.isIn(position, region) && willDo.test(member) && member.breaker().admits()) {
        return member;
      }
    }
    return null;
  }

  /** Compares how promptly the nodes answer. To be called ten times a second. */
  void compare(long now) {
    double promptest = Double.POSITIVE_INFINITY;
    for (Connection member : members) {
      if (member.ready()) {
        promptest =
            Double.min(promptest, orMost(member.promptness().fold(member.silentNanos(now))));
      }
    }
    for (Connection member : members) {
      member.promptness().compare(promptest);
    }
  }

  /** Whether of some node it is still to be found out if it is there. */
  boolean anyOwes() {
    return all().stream().anyMatch(Connection::owes);
  }

  private static double orMost(double nanos) {
    return Double.isNaN(nanos) ? Double.POSITIVE_INFINITY : nanos;
  }

  /**
   * All nodes, those in order first, then those that are drained, then all others; from {@code
   * turn}.
   */
  List<Connection> inTurn(int turn) {
    List<Connection> all = new ArrayList<>(all());
    Collections.rotate(all, -Math.floorMod(turn, Math.max(all.size(), 1)));
    all.sort(Comparator.comparingInt(Nodes::place));
    return all;
  }

  private static int place(Connection node) {
    if (node.takesCalls()) {
      return 0;
    }
    return node.ready() ? 1 : 2;
  }

  /**
   * Returns the nodes that may be asked for what the cluster holds or is to do, in the order of
   * {@link #inTurn}, and of those in the same order those of the client's region first: members
   * that have not said that they belong to another cluster, and other endpoints only once they have
   * said that they belong to this one. None, while all lead elsewhere.
   */
  public List<Connection> ofClusterInTurn(int turn) {
    List<Connection> own = new ArrayList<>(inTurn(turn));
    RouteTable known = view.table();
    if (known != null && known.clusterId() != 0) {
      Set<Connection> joined = Set.of(members);
      own.removeIf(
          node ->
              node.isStranger()
                  || (!joined.contains(node) && node.clusterId() != known.clusterId()));
    }
    if (known != null && !region.isEmpty()) {
      Set<Connection> near = new HashSet<>();
      for (int i = 0; i < members.length; i++) {
        if (known.isIn(i, region)) {
          near.add(members[i]);
        }
      }
      own.sort(Comparator.comparingInt(node -> 2 * place(node) + (near.contains(node) ? 0 : 1)));
    }
    return own;
  }

  /** The node at an address; it need not be a member. */
  public Connection at(String address) {
    for (Connection known : all()) {
      if (known.address().equals(address)) {
        return known;
      }
    }
    Connection known = others.remove(address);
    Connection other = known == null ? connect.apply(address) : known;
    others.put(address, other);
    if (others.size() > OTHERS_MAX) {
      var eldest = others.values().iterator();
      eldest.next().letGo();
      eldest.remove();
    }
    return other;
  }

  void close() {
    all().forEach(Connection::close);
    others.values().forEach(Connection::close);
  }

  /** Members and endpoints. */
  List<Connection> all() {
    Map<String, Connection> all = new LinkedHashMap<>();
    for (Connection member : members) {
      all.put(member.address(), member);
    }
    for (Connection endpoint : endpoints.values()) {
      all.putIfAbsent(endpoint.address(), endpoint);
    }
    return List.copyOf(all.values());
  }
}
