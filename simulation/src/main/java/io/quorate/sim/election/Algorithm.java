package io.quorate.sim.election;

import io.quorate.sim.kernel.SimPort;

/** How a leader is found. */
enum Algorithm {
  HIGHEST_VISIBLE_ID {
    @Override
    Elector create(Seat seat, SimPort port) {
      return new HighestVisibleId(
          seat, (codec, receiver) -> port.open("election", codec, receiver));
    }
  },
  BULLY {
    @Override
    Elector create(Seat seat, SimPort port) {
      return new Bully(seat, (codec, receiver) -> port.open("election", codec, receiver));
    }
  },
  RAFT {
    @Override
    Elector create(Seat seat, SimPort port) {
      return new RaftElector(seat, (codec, receiver) -> port.open("election", codec, receiver));
    }
  };

  /** Makes one node's part. */
  abstract Elector create(Seat seat, SimPort port);
}
