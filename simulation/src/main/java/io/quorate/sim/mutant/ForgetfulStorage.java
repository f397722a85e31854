package io.quorate.sim.mutant;

import io.quorate.sim.cluster.PassingStorage;
import io.quorate.storage.IdentityStore;
import io.quorate.storage.Storage;
import org.jspecify.annotations.Nullable;

/** A disk that does not remember how often its node has started. For a mutant. */
record ForgetfulStorage(Storage real) implements PassingStorage {
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
}
