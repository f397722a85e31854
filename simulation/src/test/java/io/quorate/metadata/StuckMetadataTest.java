package io.quorate.metadata;

import static io.quorate.metadata.MetadataWorld.tenant;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.codec.CommandCodec;
import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.CommandOutcome.Unavailable;
import io.quorate.metadata.MetadataWorld.Asked;
import io.quorate.metadata.MetadataWorld.Node;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.raft.EntryId;
import io.quorate.raft.RaftMessage;
import io.quorate.raft.Role;
import io.quorate.raft.Snapshot;
import io.quorate.storage.RaftStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the group decides and a node cannot read leaves the node as if it were cut off. */
class StuckMetadataTest {
  private static final Duration SECONDS_5 = Duration.ofSeconds(5);
  private static final NodeId SOMEBODY = new NodeId(77);

  /** As the next version might write it. */
  private static byte[] newerCommand() {
    byte[] bytes =
        new NumberedCommand(new CommandId(SOMEBODY, 9), tenant("newer"))
            .encode(Release.NEWEST_VERSION);
    bytes[2 * Long.BYTES] = 99;
    return bytes;
  }

  /** A member sends what no version writes, or a newer one went ahead of the majority. */
  @Test
  void anEntryThatCannotBeReadIsRefusedBeforeItIsStored() {
    var world = new MetadataWorld(1, 3);
    world.startAll();
    Node leader = world.leader();
    assertThat(world.follower().ask(tenant("before"))).isInstanceOf(Accepted.class);

    leader.proposeBytes(newerCommand());
    world.runFor(SECONDS_5);
    List<Node> others = world.nodes.stream().filter(node -> node != leader).toList();
    for (Node node : others) {
      assertThat(node.stuck)
          .singleElement()
          .satisfies(why -> assertThat(why).contains("format 99"));
      assertThat(node.group().status().stuck()).contains("cannot be read", "format 99");
      assertThat(node.group().status().leader()).isEqualTo(leader.id);
      assertThat(node.group().isAnnounced()).isFalse();
    }
    assertThat(leader.stuckOthers).isNotEmpty();

    // Without the node that holds it back, the others go on; that node then goes on with them.
    leader.kill();
    assertThat(
            world.runUntil(
                () -> others.stream().allMatch(node -> node.group().status().stuck().isEmpty())))
        .isTrue();
    assertThat(others.getFirst().ask(tenant("after"))).isInstanceOf(Accepted.class);
    leader.start();
    long version = others.getFirst().group().state().stateVersion();
    assertThat(world.runUntil(() -> world.allShow(version))).isTrue();
    assertThat(leader.group().state().tenants()).containsKeys("before", "after");
  }

  /** As after a return to an older version. */
  @Test
  void anEntryOfTheOwnLogThatCannotBeReadLeavesTheNodeWithWhatItKnew() {
    var world = new MetadataWorld(1, 1);
    world.startAll();
    Node node = world.leader();
    assertThat(node.ask(tenant("before"))).isInstanceOf(Accepted.class);
    ClusterState known = node.group().state();

    Asked asked = node.propose(tenant("after"), Duration.ofSeconds(20));
    node.proposeBytes(newerCommand());
    world.runFor(SECONDS_5);

    assertThat(asked.outcome).isNotNull();
    assertThat(node.stuck).singleElement().satisfies(why -> assertThat(why).contains("format 99"));
    assertThat(node.group().status().stuck()).contains("cannot be read", "format 99");
    assertThat(node.group().status().leader()).isNull();
    assertThat(node.group().status().role()).isEqualTo(Role.FOLLOWER);
    assertThat(node.group().isAnnounced()).isFalse();
    assertThat(node.group().state().tenants()).containsKey("before");
    assertThat(node.group().state().stateVersion()).isGreaterThanOrEqualTo(known.stateVersion());
    assertThat(node.ask(tenant("x")))
        .isInstanceOfSatisfying(
            Unavailable.class, it -> assertThat(it.reason()).contains("cannot follow"));
    world.runFor(Duration.ofSeconds(15));
    assertThat(node.group().isLeftBehind()).isFalse(); // for no other node leads

    // A restart changes nothing, and ends nothing.
    node.kill();
    node.start();
    world.runFor(SECONDS_5);
    assertThat(node.group().state().tenants()).containsKey("before");
    assertThat(node.group().status().stuck()).isNotEmpty();
  }

  /** The others run a version that can read it. */
  @Test
  void aNodeThatCannotReadAnEntryIsLeftBehindAndComesBackWithAVersionThatCan() {
    var world = new MetadataWorld(2, 3);
    world.config = MetadataGroupTest.shortLog();
    world.startAll();
    world.leader();
    Node old = world.follower();
    world.network.addRule(
        byte[].class,
        sent -> sent.to().equals(old.id) ? unreadable(sent.message()) : sent.message());
    Node leader = world.leader();
    assertThat(leader.ask(tenant("newer"))).isInstanceOf(Accepted.class);
    assertThat(world.runUntil(() -> !old.group().status().stuck().isEmpty())).isTrue();
    for (int i = 0; i < 30; i++) {
      assertThat(leader.ask(tenant("t" + i))).isInstanceOf(Accepted.class);
    }
    assertThat(old.group().isLeftBehind()).isTrue();
    assertThat(leader.stuckOthers).isNotEmpty();
    assertThat(old.group().state().tenants()).doesNotContainKey("newer");

    old.kill();
    old.rewriteLog(StuckMetadataTest::readable); // for a test has only one version at hand
    world.network.clearRules();
    old.start();
    long version = leader.group().state().stateVersion();
    assertThat(world.runUntil(() -> world.allShow(version))).isTrue();
    assertThat(old.group().status().stuck()).isEmpty();
    assertThat(old.group().state().tenants()).containsKey("newer");
  }

  /** Takes back what {@link #unreadable} did to an entry. */
  private static byte[] readable(byte[] body) {
    int format = 1 + 2 * Long.BYTES; // behind the type of the entry and the command's number
    if (body.length > format && body[format] == 99) {
      byte[] known = body.clone();
      known[format] = CommandCodec.encode(tenant("any"), Release.NEWEST_VERSION)[0];
      return known;
    }
    return body;
  }

  /** Makes commands that follow look as if a newer version had written them. */
  private static byte[] unreadable(byte[] message) {
    if (!(MetadataMessage.decode(message)
        instanceof MetadataMessage.Raft(RaftMessage.Append append))) {
      return message;
    }
    var entries =
        append.entries().stream()
            .map(
                entry -> {
                  if (entry.payload().length <= 2 * Long.BYTES
                      || entry.type() != io.quorate.raft.EntryType.NORMAL) {
                    return entry;
                  }
                  byte[] newer = entry.payload().clone();
                  newer[2 * Long.BYTES] = 99;
                  return new io.quorate.raft.Entry(entry.id(), entry.type(), newer);
                })
            .toList();
    return new MetadataMessage.Raft(
            new RaftMessage.Append(
                append.from(), append.to(), append.term(), append.prev(), entries, append.commit()))
        .encode(Release.NEWEST_VERSION);
  }

  @Test
  void aSnapshotThatCannotBeReadIsRefusedBeforeAnythingIsStored() {
    var world = new MetadataWorld(3, 3);
    world.startAll();
    Node leader = world.leader();
    Node node = world.follower();
    world.runFor(SECONDS_5);
    RaftStore.Snapshot before = node.group().snapshot();
    for (byte[] state :
        List.of(new byte[] {110, 1, 2}, new byte[0], ofAnotherCluster(), truncated(leader))) {
      send(leader, node, state);
      world.runFor(SECONDS_5);
    }
    assertThat(node.stuck).hasSize(4);
    assertThat(node.stuck.getFirst()).contains("format 110", "reads format");
    assertThat(node.stuck.get(2)).contains("it is of cluster");
    assertThat(leader.stuckOthers).isNotEmpty();
    assertThat(node.group().snapshot().index()).isEqualTo(before.index());

    // What comes after is followed, and a restart finds what was there.
    assertThat(node.ask(tenant("x"))).isInstanceOf(Accepted.class);
    assertThat(node.group().status().stuck()).isEmpty();
    node.kill();
    node.start();
    assertThat(world.runUntil(() -> node.group().isAnnounced())).isTrue();
  }

  /** Nothing new is decided meanwhile that could show that all is well. */
  @Test
  void whatALiarSentIsForgottenWhenTheLeaderIsHeardAgain() {
    var world = new MetadataWorld(6, 3);
    world.startAll();
    Node leader = world.leader();
    Node node = world.follower();
    Node liar =
        world.nodes.stream().filter(n -> n != leader && n != node).findFirst().orElseThrow();
    assertThat(world.runUntil(() -> world.nodes.stream().allMatch(n -> n.group().isAnnounced())))
        .isTrue();
    world.network.isolate(node.id);
    assertThat(world.runUntil(() -> node.group().status().leader() == null)).isTrue();
    send(liar, node, new byte[] {110, 1, 2});
    assertThat(world.runUntil(() -> !node.group().status().stuck().isEmpty())).isTrue();
    long term = leader.group().status().term();
    world.network.healAll();
    world.runFor(SECONDS_5);
    assertThat(node.group().status().stuck()).isEmpty();
    assertThat(node.group().isAnnounced()).isTrue();
    assertThat(leader.group().status().term()).as("no election was held meanwhile").isEqualTo(term);
  }

  private static byte[] ofAnotherCluster() {
    return new MetadataWorld(4, 3, 10).nodes.getFirst().genesisState;
  }

  private static byte[] truncated(Node leader) {
    return Arrays.copyOf(leader.genesisState, leader.genesisState.length - 1);
  }

  private int sent;

  private void send(Node leader, Node to, byte[] state) {
    var status = leader.group().status();
    EntryId last = new EntryId(status.commitIndex() + 100 + sent++, status.term());
    byte[] body = new Snapshot(last, leader.group().raft().membership(), state).body();
    RaftMessage chunk =
        new RaftMessage.SnapshotChunk(leader.id, to.id, status.term(), last, body.length, 0, body);
    to.laneNow()
        .execute(
            () ->
                to.group()
                    .onMessage(
                        leader.id, new MetadataMessage.Raft(chunk).encode(Release.NEWEST_VERSION)));
  }

  @Test
  void aStoredLogThatCannotBeReadLeavesTheNodeWithItsSnapshot() {
    var world = new MetadataWorld(5, 3);
    Node node = world.nodes.get(2);
    node.appendBody(new byte[] {55, 1, 2, 3}); // a type of entry that there is not
    world.startAll();
    assertThat(world.runUntil(() -> node.group().isLeftBehind())).isTrue();
    assertThat(node.stuck.getFirst()).contains("stored log", "unknown entry type 55");
    assertThat(node.group().state().tenants()).containsKey("default");
    assertThat(world.nodes.get(0).ask(tenant("x"))).isInstanceOf(Accepted.class);
    assertThat(node.group().state().tenants()).doesNotContainKey("x");
    Asked read = node.confirm(SECONDS_5);
    assertThat(world.runUntil(() -> read.confirmed != null)).isTrue();
    assertThat(read.confirmed).isFalse();
  }
}
