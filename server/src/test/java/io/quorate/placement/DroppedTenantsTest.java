package io.quorate.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.placement.DroppedTenants.Range;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DroppedTenantsTest {

  @Property(tries = 500)
  void itHoldsWhatWasDroppedAndNothingElse(
      @ForAll List<@IntRange(min = 1, max = 40) Integer> dropped) {
    DroppedTenants all = DroppedTenants.NONE;
    Set<Integer> expected = new HashSet<>();
    for (int id : dropped) {
      all = all.with(id);
      expected.add(id);
      assertThat(all.contains(id)).isTrue();
    }
    for (int id = -1; id <= 42; id++) {
      assertThat(all.contains(id)).as("id %d of %s", id, all).isEqualTo(expected.contains(id));
    }
  }

  /** Otherwise a cluster whose tenants come and go would have an ever longer state. */
  @Property(tries = 500)
  void idsThatFollowEachOtherAreOneRange(
      @ForAll List<@IntRange(min = 1, max = 40) Integer> dropped) {
    DroppedTenants all = DroppedTenants.NONE;
    for (int id : dropped) {
      all = all.with(id);
    }
    Set<Integer> there = new HashSet<>(dropped);
    long ranges = there.stream().filter(id -> !there.contains(id - 1)).count();
    assertThat(all.ranges()).hasSize((int) ranges);
  }

  @Test
  void theHighestIdsDoNotOverflow() {
    DroppedTenants all = DroppedTenants.NONE.with(Integer.MAX_VALUE).with(Integer.MAX_VALUE - 1);
    assertThat(all.ranges()).containsExactly(new Range(Integer.MAX_VALUE - 1, Integer.MAX_VALUE));
    assertThat(all.with(3).contains(Integer.MAX_VALUE)).isTrue();
  }

  @Test
  void whatIsNoSetOfRangesIsRefused() {
    assertThatThrownBy(() -> new Range(0, 1)).hasMessageContaining("ids count from 1");
    assertThatThrownBy(() -> new Range(3, 2)).hasMessageContaining("the lowest is the first");
    List<Range> touching = List.of(new Range(1, 2), new Range(3, 4));
    assertThatThrownBy(() -> new DroppedTenants(touching))
        .isInstanceOf(IllegalArgumentException.class);
    List<Range> falling = List.of(new Range(5, 6), new Range(1, 2));
    assertThatThrownBy(() -> new DroppedTenants(falling))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
