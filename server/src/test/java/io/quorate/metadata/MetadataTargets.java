package io.quorate.metadata;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.Member;
import io.quorate.cluster.RefusalKind;
import io.quorate.cluster.WildCommands;
import io.quorate.cluster.codec.ClusterStateCodec;
import io.quorate.cluster.codec.CommandCodec;
import io.quorate.fuzz.DecoderTarget;
import io.quorate.fuzz.FuzzTarget;
import io.quorate.fuzz.WildBytes;
import io.quorate.migration.Planning;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** What the metadata group replicates, stores and sends. */
public final class MetadataTargets {
  private MetadataTargets() {}

  public static List<FuzzTarget> create() {
    return List.of(
        new DecoderTarget<>(
            "command",
            random -> CommandCodec.encode(command(random), Release.NEWEST_VERSION),
            CommandCodec::decode,
            command -> CommandCodec.encode(command, Release.NEWEST_VERSION),
            List.of(MalformedBytesException.class)),
        new DecoderTarget<>(
            "cluster-state",
            random -> ClusterStateCodec.encode(folded(random).cluster()),
            ClusterStateCodec::decode,
            ClusterStateCodec::encode,
            List.of(MalformedBytesException.class)),
        new DecoderTarget<>(
            "metadata-state",
            random -> folded(random).encode(),
            MetadataState::decode,
            null,
            List.of(MalformedBytesException.class)),
        new DecoderTarget<>(
            "metadata-message",
            random -> message(random).encode(Release.NEWEST_VERSION),
            MetadataMessage::decode,
            null,
            List.of(MalformedBytesException.class, IllegalArgumentException.class)),
        new Folding());
  }

  private static MetadataMessage message(SplittableRandom random) {
    CommandId id = new CommandId(new NodeId(3), 4);
    return switch (random.nextInt(6)) {
      case 0 -> new MetadataMessage.Refused(id, RefusalKind.INVALID, "it says why");
      case 1 -> new MetadataMessage.AwaitSettled(random.nextLong());
      case 2 -> new MetadataMessage.Settled(random.nextLong());
      default -> new MetadataMessage.Propose(new NumberedCommand(id, command(random)));
    };
  }

  private static Command command(SplittableRandom random) {
    ClusterState state = genesis(random, 1, 4);
    return new WildCommands(random, state).next(state);
  }

  /** Short logs on small clusters: each input of a decoder is another state. */
  private static MetadataState folded(SplittableRandom random) {
    MetadataState state = MetadataState.of(genesis(random, 3, 4));
    int commands = random.nextInt(4);
    WildCommands wild = new WildCommands(random, state.cluster());
    for (int index = 2; index < commands + 2; index++) {
      Command next = wild.next(state.cluster());
      CommandId id = new CommandId(author(next), index);
      var unused = state.apply(new NumberedCommand(id, next), index);
    }
    return state;
  }

  /** The node that may propose it, so that not all is refused for that. */
  private static NodeId author(Command command) {
    return switch (command.bare()) {
      case Command.NodeStarted started -> started.id();
      case Command.Filled filled -> filled.node();
      case Command.Refill refill -> refill.node();
      default -> new NodeId(1);
    };
  }

  private static ClusterState genesis(SplittableRandom random, int nodesMax, int partitionsMax) {
    List<Member> members = new ArrayList<>();
    int nodes = 1 + random.nextInt(nodesMax);
    for (int i = 1; i <= nodes; i++) {
      String zone = "z" + i % 3;
      members.add(
          new Member(
              new NodeId(i), "h" + i + ":1", "r0", zone, 1, 0, Releases.THIS, Member.State.ACTIVE));
    }
    return Genesis.create(new ClusterId(9), members, 1 + random.nextInt(partitionsMax));
  }

  /**
   * Folds a log of wild commands, of which some were mutated on their way. Nothing may be thrown
   * but by what reads them; each state can be stored, is the same when it is read, and goes on as
   * one that was never stored.
   */
  private record Folding() implements FuzzTarget {
    private static final int COMMANDS = 60;

    @Override
    public String name() {
      return "fold";
    }

    @Override
    public int runsInCi() {
      return 30;
    }

    @Override
    public void run(long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      WildBytes wildBytes = new WildBytes(random);
      MetadataState state = MetadataState.of(genesis(random, 9, 20));
      MetadataState restarted = MetadataState.decode(state.encode());
      WildCommands wild = new WildCommands(random, state.cluster());
      long index = 1;
      for (int i = 0; i < COMMANDS; i++) {
        index += 1 + random.nextInt(3);
        Command next = wild.next(state.cluster());
        NodeId author = random.nextInt(4) == 0 ? new NodeId(1 + random.nextInt(9)) : author(next);
        CommandId id = new CommandId(author, random.nextInt(1_000));
        byte[] bytes = new NumberedCommand(id, next).encode(Release.NEWEST_VERSION);
        if (random.nextInt(5) == 0) {
          bytes = wildBytes.mutated(bytes);
        }
        NumberedCommand command;
        try {
          command = NumberedCommand.decode(bytes);
        } catch (MalformedBytesException refused) {
          continue;
        }
        var decided = state.apply(command, index);
        if (!decided.equals(restarted.apply(command, index))) {
          throw new AssertionError("decided otherwise after a restart: " + decided);
        }
        byte[] stored = state.encode();
        restarted = MetadataState.decode(stored);
        if (!restarted.cluster().equals(state.cluster())
            || !Arrays.equals(restarted.encode(), stored)) {
          throw new AssertionError("another state when it is read, after " + command);
        }
        var unused = state.cluster().placements(); // what all other parts of a node learn
        var unusedToo = Planning.plan(state.cluster()); // each leader makes one of each wish
      }
    }
  }
}
