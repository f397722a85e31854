package io.quorate.sim.election;

import io.quorate.model.NodeId;
import io.quorate.raft.Entry;
import io.quorate.raft.EntryId;
import io.quorate.raft.HardState;
import io.quorate.raft.Membership;
import io.quorate.raft.Proposal;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftConfig;
import io.quorate.raft.RaftImage;
import io.quorate.raft.RaftMessage;
import io.quorate.raft.Ready;
import io.quorate.raft.Role;
import io.quorate.raft.Snapshot;
import io.quorate.runtime.Lane;
import io.quorate.runtime.Network;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The real Raft, on a disk whose syncs take a while; as the metadata group is timed. */
final class RaftElector implements Elector {
  private static final long TICK_NANOS = 50_000_000;
  private static final long SYNC_NANOS = 100_000;

  private final NodeId self;
  private final Lane lane;
  private final Network<RaftMessage> network;
  private final SplitBrainChecker checker;
  private final Raft raft;

  /** Proposed here and not yet known to be committed; only looked up. */
  private final Map<EntryId, SplitBrainChecker.Begun> open = new HashMap<>();

  private long termLed;
  private boolean saving;

  RaftElector(Seat seat, Seat.Opener<RaftMessage> opener) {
    self = seat.self();
    lane = seat.lane();
    checker = seat.checker();
    network =
        opener.open(
            Frames.RAFT,
            (from, message) -> {
              raft().step(message);
              work();
            });
    Snapshot formed =
        new Snapshot(new EntryId(1, 1), Membership.of(seat.all(), List.of()), new byte[0]);
    raft =
        new Raft(
            self,
            RaftConfig.DEFAULT,
            new RaftImage(HardState.INITIAL, formed, List.of()),
            seat.random()::nextInt);
  }

  /** The network is opened before Raft is made, and nothing arrives before both are. */
  private Raft raft() {
    return raft;
  }

  @Override
  public void start() {
    tick();
  }

  private void tick() {
    raft.tick();
    work();
    Lane.Timer unused = lane.schedule(TICK_NANOS, this::tick);
  }

  @Override
  public boolean leads() {
    return raft.role() == Role.LEADER;
  }

  @Override
  public @Nullable NodeId leader() {
    return raft.leader();
  }

  @Override
  public void decide(long decision) {
    byte[] payload = ByteBuffer.allocate(Long.BYTES).putLong(decision).array();
    if (raft.propose(payload) instanceof Proposal.Accepted(EntryId id)) {
      open.put(id, checker.begins(self, id.term(), id.index(), decision));
    }
    work();
  }

  private void work() {
    if (leads() && raft.term() != termLed) {
      termLed = raft.term();
      checker.reignBegins(self, termLed);
    }
    if (saving || !raft.hasReady()) {
      return;
    }
    Ready ready = raft.ready();
    if (ready.persist().isEmpty()) {
      finish(ready);
    } else {
      saving = true;
      Lane.Timer unused =
          lane.schedule(
              SYNC_NANOS,
              () -> {
                saving = false;
                finish(ready);
              });
    }
  }

  private void finish(Ready ready) {
    ready.messages().forEach(message -> network.send(message.to(), message));
    for (Entry entry : ready.committed()) {
      SplitBrainChecker.Begun begun = open.remove(entry.id());
      if (begun != null) {
        checker.accepted(begun);
      }
    }
    raft.advance();
    work();
  }
}
