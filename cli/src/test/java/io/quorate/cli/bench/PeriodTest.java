package io.quorate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.quorate.cli.bench.Window.Second;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PeriodTest {
  private static final Topology THREE = new Topology(3, 3, false);
  private static final Topology JOINING = new Topology(3, 4, true);
  private static final Topology JOINED_AND_CLEANING = new Topology(4, 4, true);
  private static final Topology FOUR = new Topology(4, 4, false);

  private final List<Topology> topology = new ArrayList<>();
  private final List<Second> seconds = new ArrayList<>();

  private void seconds(Topology how, long... p99Millis) {
    for (long millis : p99Millis) {
      topology.add(how);
      seconds.add(new Second(1000 * millis, millis * 1_000_000));
    }
  }

  private List<Period> periods() {
    return Period.of(topology, seconds);
  }

  @Test
  void changeIsOnePeriodFromItsFirstStepToItsLast() {
    seconds(THREE, 8, 8, 12);
    seconds(JOINING, 20, 15);
    seconds(JOINED_AND_CLEANING, 300);
    seconds(FOUR, 10, 14);
    List<Period> periods = periods();
    assertThat(periods)
        .extracting(Period::nodes, Period::after, Period::changing, each -> each.seconds().size())
        .containsExactly(tuple(3, 3, false, 3), tuple(3, 4, true, 3), tuple(4, 4, false, 2));
    Period change = periods.get(1);
    assertThat(change.p99Millis()).isEqualTo(20);
    assertThat(change.worstP99Millis()).isEqualTo(300);
    assertThat(periods.get(2).operationsPerSecond()).isEqualTo(12_000);
  }

  @Test
  void changeIsComparedWithRestOnBothSides() {
    seconds(THREE, 8);
    seconds(JOINING, 20);
    seconds(FOUR, 12);
    assertThat(Period.timesRest(periods(), 1)).hasValueCloseTo(2.0, within(0.001));
    assertThat(Period.timesRest(periods(), 0)).isEmpty();
  }

  @Test
  void windowMayBeginOrEndInTheMidstOfAChange() {
    seconds(JOINING, 20);
    assertThat(Period.timesRest(periods(), 0)).isEmpty();
    seconds(FOUR, 10);
    assertThat(Period.timesRest(periods(), 0)).hasValueCloseTo(2.0, within(0.001));
  }

  @Test
  void changesOnEndAreOne() {
    seconds(JOINING, 10);
    seconds(new Topology(4, 5, true), 10);
    assertThat(periods()).singleElement().matches(each -> each.nodes() == 3 && each.after() == 5);
  }

  @Test
  void nothingIsToldOfTopologyThatIsNotKnown() {
    seconds.addAll(Collections.nCopies(3, new Second(1, 1)));
    assertThat(periods()).isEmpty();
    assertThat(PeriodReport.text(periods())).isEmpty();
    assertThat(PeriodReport.json(periods())).isEmpty();
  }

  @Test
  void reportTellsHowManyTimesRest() {
    seconds(THREE, 8, 8);
    assertThat(PeriodReport.text(periods())).isEmpty();
    seconds(JOINING, 20, 30);
    seconds(FOUR, 12);
    assertThat(PeriodReport.text(periods()).orElseThrow())
        .contains("3 -> 4", "25.0", "2.50", "30.0");
    assertThat(PeriodReport.json(periods()))
        .extracting(each -> each.get("p99_to_rest"))
        .containsExactly(null, 2.5, null);
    Map<String, Object> change = PeriodReport.json(periods()).get(1);
    assertThat(change)
        .containsEntry("nodes", 3)
        .containsEntry("nodes_after", 4)
        .containsEntry("seconds", 2)
        .containsEntry("changing", true);
  }
}
