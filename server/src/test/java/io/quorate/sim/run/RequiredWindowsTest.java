package io.quorate.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.metadata.MetadataFact;
import io.quorate.metadata.ProposalRefused;
import io.quorate.raft.RaftFact;
import io.quorate.raft.RaftFact.WhyRefused;
import io.quorate.raft.RaftFact.WhySteppedDown;
import io.quorate.replication.fact.Fact;
import io.quorate.sim.cluster.Windows;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nothing that the code under test says of itself goes unheard. */
class RequiredWindowsTest {
  private final List<String> required =
      Stream.of(Scope.WHOLE_NODES, Scope.TOPOLOGY)
          .flatMap(scope -> RequiredWindows.of(scope, RequiredWindows.SEEDS_MIN_FOR_RARE).stream())
          .toList();

  @Test
  void whateverACoreSaysOfItselfIsRequiredOrSaidToBeOutOfReach() {
    Set<String> unnamed = new TreeSet<>();
    Stream.of(
            kinds("", Fact.class),
            kinds("raft: ", RaftFact.class),
            Arrays.stream(Fact.Window.values()).map(Windows::words),
            Arrays.stream(Fact.Stage.values()).map(stage -> "Expired, " + Windows.words(stage)),
            Arrays.stream(Fact.PurgeStep.values()).map(step -> "purge: " + Windows.words(step)),
            Arrays.stream(Fact.ChangeStep.values()).map(step -> "change: " + Windows.words(step)),
            Stream.of("node marked down", "node marked down no more"),
            Arrays.stream(MetadataFact.values()).map(fact -> "metadata: " + Windows.words(fact)),
            Arrays.stream(ProposalRefused.Why.values())
                .map(why -> "proposal refused: " + Windows.words(why)),
            Arrays.stream(WhyRefused.values())
                .map(why -> "raft: VoteRefused, " + Windows.words(why)),
            Arrays.stream(WhySteppedDown.values())
                .map(why -> "raft: SteppedDown, " + Windows.words(why)))
        .flatMap(names -> names)
        .filter(name -> !required.contains(name))
        .filter(name -> !RequiredWindows.OUT_OF_REACH.containsKey(name))
        .forEach(unnamed::add);

    assertThat(unnamed).isEmpty();
  }

  @Test
  void nothingIsBothRequiredAndOutOfReach() {
    assertThat(required)
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(RequiredWindows.OUT_OF_REACH.keySet());
  }

  /** The kinds of fact that go by the name of their class. */
  private static Stream<String> kinds(String prefix, Class<?> facts) {
    return Arrays.stream(facts.getPermittedSubclasses())
        .filter(kind -> kind != Fact.Window.class && kind != Fact.Liveness.class)
        .filter(kind -> kind != Fact.Expired.class)
        .filter(kind -> kind != Fact.PurgeRound.class)
        .filter(kind -> kind != Fact.ChangeStepped.class && kind != Fact.MarkedDown.class)
        .filter(kind -> kind != RaftFact.VoteRefused.class && kind != RaftFact.SteppedDown.class)
        .map(kind -> prefix + kind.getSimpleName());
  }
}
