package io.quorate.metadata.bootstrap;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Decision;
import io.quorate.cluster.Member;
import io.quorate.metadata.CommandOutcome;
import io.quorate.model.Releases;
import io.quorate.runtime.Clock;
import io.quorate.storage.RaftStore;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A member that decides alone what its cluster becomes, as those see it that ask to join. */
public final class FoldingHost implements Introductions.Host {
  private final JoinTokenDemand demand;
  private final Clock clock;
  private final Member self;
  private final MemberHost host;
  private ClusterState state;

  public FoldingHost(ClusterState genesis, JoinTokenDemand demand, Clock clock) {
    this.state = genesis;
    this.self = genesis.members().values().iterator().next();
    this.demand = demand;
    this.clock = clock;
    this.host =
        new MemberHost(
            genesis.clusterId(),
            self.address(),
            new Roster() {
              @Override
              public ClusterState state() {
                return state;
              }

              @Override
              public RaftStore.Snapshot snapshot() {
                return new RaftStore.Snapshot(1, 1, new byte[0]);
              }
            },
            new HeardDiskMarks(),
            new MemberHost.Newcomers((command, told) -> told.accept(fold(command)), clock));
  }

  /** Has the cluster decide. */
  public CommandOutcome fold(Command command) {
    return switch (state.apply(command, state.stateVersion() + 1)) {
      case Decision.Accepted(ClusterState next, List<String> warnings) -> {
        state = next;
        yield new CommandOutcome.Accepted(warnings, 0);
      }
      case Decision.Rejected rejected ->
          new CommandOutcome.Rejected(rejected.kind(), rejected.reason());
    };
  }

  public ClusterState state() {
    return state;
  }

  // NullAway does not see, in a class file, that a record's array component may be null.
  @SuppressWarnings("NullAway")
  @Override
  public IntroductionReply answer(Introduction asker) {
    Refusal refusal = host.refusalOf(asker);
    return new IntroductionReply(
        self.id(),
        self.address(),
        "r",
        "z",
        1,
        state.clusterId(),
        1,
        null,
        refusal,
        refusal == null ? host.waitOf(asker) : null,
        List.of(),
        Releases.THIS);
  }

  @Override
  public @Nullable String lackOfToken(Introduction asker, Predicate<String> isCertifiedFor) {
    return host.lackOfToken(asker, demand, isCertifiedFor, clock.wallMillis());
  }
}
