package io.quorate.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The group of one scenario, and its commands:
 *
 * <pre>
 * cluster 3 [prevote=off] [append=BYTES] [chunk=BYTES] [kept=N] [mutant=NAME]   nodes 1 to 3
 * spare 4                       a node that knows nothing yet
 * log 2 1,1,4 [term=9]          node 2 restarts with entries of these terms, from index 1 on
 * campaign 1 | tick 1,2 10 | stood-still 1 | propose 1 x | read 1 7 | transfer 1 2 | hand-over 1 | compact 1
 * add 1 4 | promote 1 4 | demote 1 2 | remove 1 2       asked of the first, about the second
 * cut 1 3 | cut 1>3 | heal      links, both ways or one way
 * crash 1 | restart 1 | lose    (lose: all messages under way)
 * recover 1 7                   restarts as the only voter of a recovered group; 7 is its chance
 * deliver 3 [messages]          the next 3 messages; settle [messages]: until nothing is left
 * status | logs
 * </pre>
 *
 * <p>Only {@code deliver} and {@code settle} let nodes work; {@code messages} shows what they say.
 */
final class ScenarioWorld {
  private static final int SETTLED_AFTER = 10_000;

  private final Map<NodeId, SimNode> nodes = new TreeMap<>();
  private final Deque<RaftMessage> flying = new ArrayDeque<>();
  private final Set<String> cut = new HashSet<>();
  private RaftConfig config = RaftConfig.DEFAULT;
  private Mutant mutant = Mutant.NONE;
  private Membership genesis = Membership.NONE;

  void command(String line, StringBuilder out) {
    List<String> words = Arrays.asList(line.trim().split(" +", -1));
    List<String> rest = words.subList(1, words.size());
    switch (words.get(0)) {
      case "cluster" -> cluster(rest);
      case "spare" -> put(node(rest.get(0)), RaftImage.EMPTY);
      case "log" -> log(rest);
      case "campaign" -> raft(rest).campaign();
      case "tick" -> tick(rest);
      case "stood-still" -> raft(rest).stoodStill();
      case "propose" -> say(out, rest, raft(rest).propose(rest.get(1).getBytes(UTF_8)));
      case "add" -> change(out, rest, new MembershipChange.AddLearner(node(rest.get(1))));
      case "promote" -> change(out, rest, new MembershipChange.Promote(node(rest.get(1))));
      case "demote" -> change(out, rest, new MembershipChange.Demote(node(rest.get(1))));
      case "remove" -> change(out, rest, new MembershipChange.Remove(node(rest.get(1))));
      case "read" -> {
        if (!raft(rest).readIndex(Long.parseLong(rest.get(1)))) {
          out.append(rest.get(0)).append(" cannot take a read now\n");
        }
      }
      case "transfer" -> {
        String refused = raft(rest).transferLeadership(node(rest.get(1)));
        if (refused != null) {
          out.append(rest.get(0)).append(" refuses: ").append(refused).append('\n');
        }
      }
      case "hand-over" -> raft(rest).handOver();
      case "compact" -> {
        SimMachine machine = simNode(rest.get(0)).machine();
        raft(rest).compact(machine.index(), machine.state());
      }
      case "cut" -> cut(rest);
      case "heal" -> cut.clear();
      case "recover" -> simNode(rest.get(0)).recover(Integer.parseInt(rest.get(1)));
      case "lose" -> {
        work(out);
        flying.clear();
      }
      case "crash" -> simNode(rest.get(0)).crash(false);
      case "restart" -> simNode(rest.get(0)).start();
      case "deliver" -> deliver(Integer.parseInt(rest.get(0)), rest.contains("messages"), out);
      case "settle" -> deliver(SETTLED_AFTER, rest.contains("messages"), out);
      case "status" -> status(out);
      case "logs" -> logs(out);
      default -> throw new IllegalArgumentException("unknown command: " + line);
    }
  }

  // ---- nodes

  private void cluster(List<String> words) {
    boolean preVote = true;
    int appendBytes = 1 << 20;
    int chunkBytes = 1 << 20;
    int kept = 0;
    for (String word : words.subList(1, words.size())) {
      String[] option = word.split("=", 2);
      switch (option[0]) {
        case "prevote" -> preVote = !option[1].equals("off");
        case "append" -> appendBytes = Integer.parseInt(option[1]);
        case "chunk" -> chunkBytes = Integer.parseInt(option[1]);
        case "kept" -> kept = Integer.parseInt(option[1]);
        case "mutant" -> mutant = Mutant.valueOf(option[1]);
        default -> throw new IllegalArgumentException("unknown option " + word);
      }
    }
    config =
        new RaftConfig(
            10,
            2,
            preVote,
            1 << 20,
            appendBytes,
            64,
            1 << 20,
            1 << 20,
            chunkBytes,
            1 << 20,
            100,
            kept,
            2);
    List<NodeId> voters = new ArrayList<>();
    for (long i = 1; i <= Long.parseLong(words.get(0)); i++) {
      voters.add(new NodeId(i));
    }
    genesis = Membership.of(voters, List.of());
    voters.forEach(voter -> put(voter, formed(HardState.INITIAL, List.of())));
  }

  /** The paper counts from index 1, so the entry that forms the cluster has index 0. */
  private RaftImage formed(HardState hardState, List<Entry> entries) {
    return new RaftImage(hardState, new Snapshot(EntryId.ZERO, genesis, new byte[0]), entries);
  }

  private void put(NodeId id, RaftImage image) {
    nodes.put(
        id, new SimNode(id, config, image, n -> (int) (id.value() % n), mutant, flying::addAll));
  }

  private void log(List<String> words) {
    List<Entry> entries = new ArrayList<>();
    long term = 0;
    for (String word : words.get(1).split(",", -1)) {
      term = Long.parseLong(word);
      EntryId id = new EntryId(entries.size() + 1, term);
      entries.add(new Entry(id, EntryType.NORMAL, word.getBytes(UTF_8)));
    }
    HardState hardState = new HardState(term, null);
    if (words.size() > 2) {
      hardState = new HardState(Long.parseLong(words.get(2).replace("term=", "")), null);
    }
    put(node(words.get(0)), formed(hardState, entries));
  }

  private Raft raft(List<String> words) {
    return simNode(words.get(0)).raft();
  }

  private SimNode simNode(String word) {
    return Invariant.present(nodes.get(node(word)), "no node %s in this story", word);
  }

  private static NodeId node(String word) {
    return new NodeId(Long.parseLong(word));
  }

  private void change(StringBuilder out, List<String> words, MembershipChange change) {
    say(out, words, raft(words).changeMembership(change));
  }

  private static void say(StringBuilder out, List<String> words, Proposal proposal) {
    switch (proposal) {
      case Proposal.Accepted accepted -> {}
      case Proposal.NotLeader not -> {
        String leader = not.leader() == null ? "nobody" : ScenarioWords.of(not.leader());
        out.append(words.get(0)).append(" does not lead, as far as it knows ");
        out.append(leader).append(" does\n");
      }
      case Proposal.Refused refused ->
          out.append(words.get(0)).append(" refuses: ").append(refused.why()).append('\n');
    }
  }

  private void tick(List<String> words) {
    for (int i = Integer.parseInt(words.get(1)); i > 0; i--) {
      for (String word : words.get(0).split(",", -1)) {
        simNode(word).raft().tick();
      }
    }
  }

  // ---- messages

  private void cut(List<String> words) {
    if (words.get(0).contains(">")) {
      cut.add(words.get(0));
      return;
    }
    for (String other : words.subList(1, words.size())) {
      cut.add(words.get(0) + ">" + other);
      cut.add(other + ">" + words.get(0));
    }
  }

  private void deliver(int atMost, boolean show, StringBuilder out) {
    work(out);
    for (int i = 0; i < atMost && !flying.isEmpty(); i++) {
      RaftMessage message = RaftMessageCodec.decode(RaftMessageCodec.encode(flying.remove()));
      String link = ScenarioWords.of(message.from()) + ">" + ScenarioWords.of(message.to());
      SimNode to = nodes.get(message.to());
      if (cut.contains(link) || to == null || !to.isUp()) {
        continue;
      }
      if (show) {
        out.append("  ").append(ScenarioWords.of(message)).append('\n');
      }
      to.raft().step(message);
      work(out);
    }
  }

  private void work(StringBuilder out) {
    for (SimNode node : nodes.values()) {
      if (node.isUp()) {
        node.settle(done -> tell(ScenarioWords.of(node.id()) + " ", done, out));
      }
    }
  }

  private static void tell(String who, Ready done, StringBuilder out) {
    done.events().forEach(fact -> out.append(who).append(ScenarioWords.of(fact)).append('\n'));
    if (!done.committed().isEmpty()) {
      out.append(who).append("applies ");
      out.append(done.committed().stream().map(ScenarioWords::of).collect(joining(", ")));
      out.append('\n');
    }
    for (ReadResult read : done.reads()) {
      switch (read) {
        case ReadResult.Confirmed it ->
            out.append(who).append("may answer read ").append(it.context()).append(" at index ");
        case ReadResult.Lost it -> out.append(who).append("lost read ").append(it.context());
      }
      out.append(read instanceof ReadResult.Confirmed it ? it.index() + "\n" : "\n");
    }
  }

  // ---- looking

  private void status(StringBuilder out) {
    for (SimNode node : nodes.values()) {
      out.append(ScenarioWords.of(node.id()));
      if (!node.isUp()) {
        out.append(" is down\n");
        continue;
      }
      RaftStatus status = node.raft().status();
      out.append(
          " %s term=%d last=%s commit=%d %s%n"
              .formatted(
                  status.role(),
                  status.term(),
                  status.last(),
                  status.commitIndex(),
                  ScenarioWords.of(status.membership())));
      status
          .followers()
          .forEach(
              (id, follower) ->
                  out.append(
                      "  %s %s match=%d next=%d%n"
                          .formatted(
                              ScenarioWords.of(id),
                              follower.mode(),
                              follower.matchIndex(),
                              follower.nextIndex())));
    }
  }

  private void logs(StringBuilder out) {
    for (SimNode node : nodes.values()) {
      RaftLog log = node.raft().log();
      out.append(ScenarioWords.of(node.id())).append(':');
      for (long index = log.base().index() + 1; index <= log.lastIndex(); index++) {
        out.append(' ').append(log.termAt(index));
      }
      out.append(" | commit ").append(log.commit()).append('\n');
    }
  }
}
