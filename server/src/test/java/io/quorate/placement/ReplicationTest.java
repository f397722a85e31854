package io.quorate.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ReplicationTest {

  @Example
  void aPartitionHasTheNumberOfTheLastAlterationThatItHasComeThrough() {
    Replication twice = Replication.of(3).altered(100, 5).altered(140, 1);
    assertThat(twice.at(0).replicas()).isEqualTo(3);
    assertThat(twice.at(99).replicas()).isEqualTo(3);
    assertThat(twice.at(100).replicas()).isEqualTo(5);
    assertThat(twice.at(139).replicas()).isEqualTo(5);
    assertThat(twice.at(140).replicas()).isEqualTo(1);
    assertThat(twice.goal().replicas()).isEqualTo(1);
    assertThat(twice.smallest()).isEqualTo(1);
  }

  @Example
  void whatIsAlteredEverywhereIsPlainAgain() {
    Replication altered = Replication.of(3).altered(100, 5);
    assertThat(altered.settled(through(0, 100))).isEqualTo(altered);
    assertThat(altered.settled(through(100, 120))).isEqualTo(Replication.of(5));
    assertThat(altered.altered(140, 3).settled(through(0)))
        .as("taken back before any partition had come through")
        .isEqualTo(Replication.of(3));
  }

  /** Nothing that partitions have, or come from, is another number afterwards. */
  @Property
  void settlingAltersNothing(
      @ForAll("alterations") Replication replication, @ForAll("throughs") List<Long> throughs) {
    SortedSet<Long> through = new TreeSet<>(throughs);
    Replication settled = replication.settled(through);
    through.forEach(each -> assertThat(settled.at(each)).isEqualTo(replication.at(each)));
    assertThat(settled.goal()).isEqualTo(replication.goal());
    assertThat(settled.settled(through)).isEqualTo(settled);
    assertThat(settled.alterations().size()).isLessThanOrEqualTo(through.size());
  }

  @Provide
  Arbitrary<Replication> alterations() {
    return Arbitraries.integers()
        .between(1, 5)
        .list()
        .ofMinSize(1)
        .ofMaxSize(7)
        .map(
            factors -> {
              Replication replication = Replication.of(factors.getFirst());
              for (int i = 1; i < factors.size(); i++) {
                replication = replication.altered(10L * i, factors.get(i));
              }
              return replication;
            });
  }

  @Provide
  Arbitrary<List<Long>> throughs() {
    return Arbitraries.longs().between(0, 70).list().ofMinSize(1).ofMaxSize(6);
  }

  private static SortedSet<Long> through(long... each) {
    SortedSet<Long> through = new TreeSet<>();
    for (long one : each) {
      through.add(one);
    }
    return through;
  }
}
