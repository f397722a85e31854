package io.quorate.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cut.CutEvent;
import io.quorate.event.Event;
import io.quorate.metadata.MetadataEvent;
import io.quorate.metadata.ProposalRefused;
import io.quorate.migration.MigrationEvent;
import io.quorate.migration.MigrationEvent.Step;
import io.quorate.node.NodeEvents;
import io.quorate.purge.PurgeEvent;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.RaftEvent.WhyRefused;
import io.quorate.raft.RaftEvent.WhySteppedDown;
import io.quorate.replication.event.RequestEvent;
import io.quorate.replication.event.RequestEvent.Stage;
import io.quorate.replication.health.HealthEvent;
import io.quorate.sim.cluster.Windows;
import io.quorate.transport.event.TransportEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nothing that the code under test says of itself goes unheard. */
class RequiredWindowsTest {
  private final List<String> required =
      Stream.of(
              Scope.DATA_PLANE,
              Scope.WHOLE_NODES,
              Scope.TOPOLOGY,
              Scope.REGIONS,
              Scope.TENANTS,
              Scope.BACKUPS,
              Scope.RESTORES)
          .flatMap(scope -> RequiredWindows.of(scope, Demand.SEEDS_MIN_FOR_RARE).stream())
          .distinct()
          .toList();

  @Test
  void whateverACoreSaysOfItselfIsRequiredOrSaidToBeOutOfReach() {
    Set<String> unnamed = new TreeSet<>();
    Stream.of(
            NodeEvents.FAMILIES.stream().flatMap(RequiredWindowsTest::kinds),
            Arrays.stream(Stage.values()).map(stage -> "Expired, " + Windows.words(stage)),
            Arrays.stream(PurgeEvent.values()).map(step -> "purge: " + Windows.words(step)),
            Arrays.stream(CutEvent.values()).map(step -> "cut: " + Windows.words(step)),
            Arrays.stream(Step.values()).map(step -> "change: " + Windows.words(step)),
            Stream.of("node marked down", "node marked down no more", "BarrierOverdue"),
            Arrays.stream(MetadataEvent.values()).map(event -> "metadata: " + Windows.words(event)),
            Arrays.stream(ProposalRefused.Why.values())
                .map(why -> "proposal refused: " + Windows.words(why)),
            Arrays.stream(WhyRefused.values())
                .map(why -> "raft: VoteRefused, " + Windows.words(why)),
            Arrays.stream(WhySteppedDown.values())
                .map(why -> "raft: SteppedDown, " + Windows.words(why)))
        .flatMap(names -> names)
        .filter(name -> !required.contains(name))
        .filter(name -> !OutOfReach.REASONS.containsKey(name))
        .forEach(unnamed::add);

    assertThat(unnamed).isEmpty();
  }

  @Test
  void nothingIsBothRequiredAndOutOfReach() {
    assertThat(required)
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(OutOfReach.REASONS.keySet());
  }

  /** The kinds of event that go by the name of their class, and the windows. */
  private static Stream<String> kinds(Class<? extends Event> family) {
    if (family == TransportEvent.class) {
      return Stream.empty(); // out of reach: the simulated network replaces the transport
    }
    if (!family.isSealed() || family == MigrationEvent.class) {
      return Stream.empty();
    }
    String prefix = family == RaftEvent.class ? "raft: " : "";
    return Arrays.stream(family.getPermittedSubclasses())
        .filter(kind -> kind != HealthEvent.Liveness.class)
        .filter(kind -> kind != RequestEvent.Expired.class)
        .filter(kind -> kind != RaftEvent.VoteRefused.class && kind != RaftEvent.SteppedDown.class)
        .flatMap(
            kind ->
                kind.isEnum()
                    ? Arrays.stream(kind.getEnumConstants())
                        .map(window -> Windows.words((Enum<?>) window))
                    : Stream.of(prefix + kind.getSimpleName()));
  }
}
