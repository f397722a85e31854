package io.quorate.node.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Command.RaiseClusterVersion;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.Member;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UpgradeWatchTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final UpgradeWatch watch = new UpgradeWatch();
  private ClusterState state =
      Genesis.create(
          new ClusterId(1), List.of(member(1, Releases.BEFORE), member(2, Releases.BEFORE)), 4);

  private static Member member(long id, Release release) {
    return new Member(
        new NodeId(id), "h" + id + ":1", "r", "z", 1, 0, release, Member.State.ACTIVE);
  }

  private void apply(Command command) {
    state = ((Accepted) state.apply(command, state.stateVersion() + 1)).next();
  }

  private void upgrade(long id, int incarnation) {
    apply(
        new NodeStarted(new NodeId(id), "h" + id + ":1", "r", "z", 1, incarnation, Releases.THIS));
  }

  @Test
  void itCountsFromTheFirstNodeThatIsAheadUntilTheVersionIsRaised() {
    watch.look(state, SECOND);
    assertThat(watch.openMillis(9 * SECOND)).isZero();
    upgrade(1, 1);
    watch.look(state, 10 * SECOND);
    assertThat(watch.openMillis(10 * SECOND)).as("open").isPositive();
    upgrade(2, 1);
    watch.look(state, 15 * SECOND);
    assertThat(watch.openMillis(20 * SECOND)).isEqualTo(10_000);
    apply(new RaiseClusterVersion(2));
    watch.look(state, 21 * SECOND);
    assertThat(watch.openMillis(22 * SECOND)).isZero();
  }
}
