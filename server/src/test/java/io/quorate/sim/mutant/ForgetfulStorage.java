package io.quorate.sim.mutant;

import io.quorate.runtime.Lane;
import io.quorate.storage.HintStore;
import io.quorate.storage.IdentityStore;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.StoreHealth;
import org.jspecify.annotations.Nullable;

/** A disk that does not remember how often its node has started. For a mutant. */
record ForgetfulStorage(Storage real) implements Storage {
  @Override
  public IdentityStore identity() {
    IdentityStore remembering = real.identity();
    return new IdentityStore() {
      @Override
      public @Nullable Identity load() {
        Identity known = remembering.load();
        return known == null ? null : new Identity(known.node(), 0, known.cluster());
      }

      @Override
      public void save(Identity identity) {
        remembering.save(identity);
      }
    };
  }

  @Override
  public RecordStore records(Lane lane) {
    return real.records(lane);
  }

  @Override
  public HintStore hints(Lane lane) {
    return real.hints(lane);
  }

  @Override
  public RaftStore raft(Lane lane) {
    return real.raft(lane);
  }

  @Override
  public StoreHealth health() {
    return real.health();
  }

  @Override
  public long queuedBytes() {
    return real.queuedBytes();
  }

  @Override
  public void close() {
    real.close();
  }
}
