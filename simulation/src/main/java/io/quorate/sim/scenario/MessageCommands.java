package io.quorate.sim.scenario;

import io.quorate.model.NodeId;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.CompareTree;
import io.quorate.replication.message.ReplicaMessage.Heartbeat;
import io.quorate.replication.message.ReplicaMessage.HeldSummary;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadReply;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.SameTree;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.TreeReply;
import io.quorate.replication.message.ReplicaMessage.VersionsReply;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteReply;
import io.quorate.sim.cluster.NewerMessages;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimRule.Sent;
import io.quorate.sim.program.ReplicationProgram;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Summary;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What can be done to messages. A pattern is explained at {@link MessagePattern}.
 *
 * <pre>
 * hold Write A>C           from now on such messages are kept, in order
 * drop Write A>C           from now on such messages are lost
 * avoid Read A>B           the same, and none need ever come: whom a read asks is its choice
 * deliver next Write A>C   the oldest that was kept goes on its way; more are kept
 * deliver all Write A>C    all that were kept go on their way; more are kept
 * deliver doubled Write A>C    the oldest goes on its way twice
 * release Write A>C        no more are kept, and those that were go on their way
 * reorder Write A>C        the same, but the newest goes first
 * forge Write A>C          from now on their records have another value, and the same version
 * forge Write A>C deleted  the same, but they say that the key was deleted
 * forge Write A>C newer    from now on they say what only a newer version understands
 * forge WriteReply B>A     from now on those that say that a record is stored say that one is held
 *                          that was stamped a thousand years ahead
 * forge ReadReply B>A      from now on those that tell what is held tell of such a record
 * answer Write A>C as B    from now on such messages are lost, and B answers in place of C that the
 *                          record is stored; or, to CompareTree, that both hold the same
 * answer Write A>C overloaded  from now on such messages are lost, and C answers that it has too
 *                          much to do
 * open Write A>C           no more are kept, lost or forged; those that were kept are lost
 * expect held Write A>C    waits until one is kept
 * cut A>B | heal           nothing passes from A to B at all; all passes again
 * hide clocks              nodes do not tell each other their clocks from now on
 * hide heartbeats          the same, but in what they ask and answer
 * </pre>
 *
 * <p>Where several patterns fit, the one said first has the message. A pattern that was to hold or
 * drop and met no message is refused: it was not the schedule that was meant.
 */
final class MessageCommands {
  private static final Duration HELD_WITHIN = Duration.ofSeconds(1);

  private static final Version FAR_AHEAD =
      new Version(
          0,
          Hlc.of(SimClock.EPOCH_MILLIS + 1_000 * TimeUnit.DAYS.toMillis(365), 0),
          new NodeId(1),
          1);

  private final ScenarioRun run;

  /** Patterns, in the order in which the scenario gives them. */
  private final List<Hand> hands = new ArrayList<>();

  /** What becomes of the messages of a pattern. */
  private enum Way {
    KEPT,
    LOST,
    FORGED,
    FORGED_DELETED,
    NEWER,
    ANSWERED,
    OVERLOADED
  }

  /** What takes the messages of one pattern off the network. */
  private static final class Hand {
    final MessagePattern pattern;
    final Way way;
    final Deque<Sent<ReplicaMessage>> kept = new ArrayDeque<>();
    private final String where;

    /** The node that answers in place of the one that was asked. */
    private final @Nullable NodeId answering;

    private boolean met;

    Hand(
        MessagePattern pattern,
        Way way,
        String where,
        boolean mayMeetNone,
        @Nullable NodeId answering) {
      this.pattern = pattern;
      this.way = way;
      this.where = where;
      this.met = mayMeetNone;
      this.answering = answering;
    }

    @Nullable ReplicaMessage take(Sent<ReplicaMessage> sent) {
      met = true;
      if (way == Way.KEPT) {
        kept.add(sent);
      }
      if (answering != null) {
        sent.answerAs(answering, goodAnswer(sent.message()));
      }
      if (way == Way.OVERLOADED) {
        sent.answerAs(sent.to(), overloaded(sent.message()));
      }
      if (way == Way.NEWER) {
        return NewerMessages.of(sent.message());
      }
      return way == Way.FORGED || way == Way.FORGED_DELETED
          ? forged(sent.message(), way == Way.FORGED_DELETED)
          : null;
    }

    /** A pattern that meets no message is a mistake in the scenario. */
    void mustHaveMet() {
      if (!met) {
        throw new BadScenario(where + "\n  no such message ever came");
      }
    }
  }

  MessageCommands(ScenarioRun run) {
    this.run = run;
  }

  Map<String, Command> commands() {
    Map<String, Command> commands = new TreeMap<>();
    commands.put("hold", words -> take(words, Way.KEPT, false));
    commands.put("drop", words -> take(words, Way.LOST, false));
    commands.put("avoid", words -> take(words, Way.LOST, true));
    commands.put("forge", words -> take(words, Way.FORGED, false));
    commands.put("answer", words -> take(words, Way.ANSWERED, false));
    commands.put("deliver", this::deliver);
    commands.put("release", words -> letAllGo(words, false));
    commands.put("reorder", words -> letAllGo(words, true));
    commands.put("open", words -> end(hand(words)));
    commands.put("cut", this::cut);
    commands.put(
        "heal",
        words -> {
          words.end();
          run.cluster().network().healAll();
        });
    commands.put("hide", this::hideClocks);
    return commands;
  }

  /** The scenario's hand in the network; asked for every message. */
  @Nullable ReplicaMessage onSend(Sent<ReplicaMessage> sent) {
    for (Hand hand : hands) {
      if (hand.pattern.matches(sent)) {
        return hand.take(sent);
      }
    }
    return sent.message();
  }

  private void take(Words words, Way asked, boolean mayMeetNone) {
    MessagePattern pattern = MessagePattern.of(words);
    Way way = way(words, asked);
    NodeId answering = null;
    if (way == Way.ANSWERED) {
      words.literally("as");
      answering = ReplicationProgram.idOf(words.node());
    }
    words.end();
    if (hands.stream().anyMatch(hand -> hand.pattern.equals(pattern))) {
      throw words.bad(pattern + " is held or dropped already");
    }
    hands.add(new Hand(pattern, way, words.where(), mayMeetNone, answering));
  }

  private static Way way(Words words, Way asked) {
    return switch (asked) {
      case FORGED ->
          words.take("deleted") ? Way.FORGED_DELETED : words.take("newer") ? Way.NEWER : asked;
      case ANSWERED -> words.take("overloaded") ? Way.OVERLOADED : asked;
      default -> asked;
    };
  }

  private static ReplicaMessage overloaded(ReplicaMessage message) {
    if (message instanceof Write write) {
      return new WriteReply(write.id(), 0, new NotNow("overloaded"));
    }
    throw new BadScenario("only a Write can be answered so");
  }

  /** The answer that promises the most to the asker. */
  private static ReplicaMessage goodAnswer(ReplicaMessage message) {
    return switch (message) {
      case Write write -> new WriteReply(write.id(), 0, Stored.INSTANCE);
      case CompareTree compare -> new TreeReply(compare.id(), 0, SameTree.INSTANCE);
      default -> throw new BadScenario("only a Write can be answered, and a CompareTree");
    };
  }

  /** Returns the message as another process with the same stamps would have written it. */
  private static ReplicaMessage forged(ReplicaMessage message, boolean deleted) {
    if (message instanceof WriteReply(long number, long hlc, WriteOutcome outcome)) {
      return outcome instanceof Stored
          ? new WriteReply(number, hlc, new HoldsNewer(FAR_AHEAD))
          : message;
    }
    if (message instanceof ReadReply(long number, long hlc, ReadOutcome outcome)) {
      return outcome instanceof Refused || outcome instanceof StaleEpoch
          ? message
          : new ReadReply(number, hlc, new HeldSummary(new Summary(FAR_AHEAD, 7)));
    }
    if (!(message instanceof Write write)) {
      throw new BadScenario("only a Write can be forged, a WriteReply and a ReadReply");
    }
    Record record = write.record();
    byte[] other = record.copyValue();
    other[0]++;
    return new Write(
        write.id(),
        write.partition(),
        write.epoch(),
        write.key(),
        deleted
            ? Record.tombstone(record.version(), record.epoch())
            : Record.value(record.version(), record.epoch(), record.expiresAtMillis(), other),
        write.cause(),
        write.timeoutMillis());
  }

  private Hand hand(Words words) {
    MessagePattern pattern = MessagePattern.of(words);
    words.end();
    for (Hand hand : hands) {
      if (hand.pattern.equals(pattern)) {
        return hand;
      }
    }
    throw words.bad(pattern + " is neither held nor dropped");
  }

  private void deliver(Words words) {
    boolean all = words.take("all");
    boolean doubled = !all && words.take("doubled");
    if (!all && !doubled) {
      words.literally("next");
    }
    Hand hand = hand(words);
    if (hand.kept.isEmpty()) {
      throw words.unexpected("no such message is held");
    }
    if (doubled) {
      hand.kept.element().release();
    }
    do {
      hand.kept.remove().release();
    } while (all && !hand.kept.isEmpty());
  }

  private void end(Hand hand) {
    hand.mustHaveMet();
    hands.remove(hand);
  }

  /** The scenario is over: every pattern must have met a message. */
  void end() {
    hands.forEach(Hand::mustHaveMet);
  }

  private void letAllGo(Words words, boolean newestFirst) {
    Hand hand = hand(words);
    end(hand);
    List<Sent<ReplicaMessage>> kept = new ArrayList<>(hand.kept);
    if (newestFirst) {
      Collections.reverse(kept);
    }
    kept.forEach(Sent::release);
  }

  /** Whether one is kept within a second. */
  void expectHeld(Words words) {
    Hand hand = hand(words);
    if (!run.world().runUntil(() -> !hand.kept.isEmpty(), HELD_WITHIN)) {
      throw words.unexpected("none was held within " + HELD_WITHIN);
    }
  }

  private void cut(Words words) {
    String way = words.next("a way, like A>B");
    words.end();
    if (!way.matches("[A-Z]>[A-Z]")) {
      throw words.bad("'" + way + "' is no way, like A>B");
    }
    run.cluster()
        .network()
        .cut(
            ReplicationProgram.idOf(words.node(way.substring(0, 1))),
            ReplicationProgram.idOf(words.node(way.substring(2))));
  }

  private void hideClocks(Words words) {
    String which = words.next("clocks or heartbeats");
    words.end();
    run.cluster()
        .network()
        .addRule(
            ReplicaMessage.class,
            sent ->
                which.equals("clocks") || sent.message() instanceof Heartbeat
                    ? withoutClock(sent.message())
                    : sent.message());
  }

  private static ReplicaMessage withoutClock(ReplicaMessage message) {
    return switch (message) {
      case Heartbeat(
              long wall,
              long hlc,
              boolean writable,
              int slowdown,
              long sent,
              var echo,
              long mark) ->
          new Heartbeat(wall, 0, writable, slowdown, sent, echo, mark);
      case WriteReply(long number, long hlc, var outcome) -> new WriteReply(number, 0, outcome);
      case ReadReply(long number, long hlc, var outcome) -> new ReadReply(number, 0, outcome);
      case TreeReply(long number, long hlc, var outcome) -> new TreeReply(number, 0, outcome);
      case VersionsReply(long number, long hlc, var outcome) ->
          new VersionsReply(number, 0, outcome);
      case Read read ->
          new Read(
              read.id(),
              read.partition(),
              read.epoch(),
              read.key(),
              read.known(),
              read.versionOnly(),
              0,
              read.timeoutMillis());
      default -> message;
    };
  }
}
