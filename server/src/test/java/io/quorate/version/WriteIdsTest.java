package io.quorate.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** {@link WriteIds} does what a sorted set does. */
class WriteIdsTest {
  @Property
  void joinsAsASetDoes(@ForAll("ids") Set<WriteId> one, @ForAll("ids") Set<WriteId> other) {
    TreeSet<WriteId> both = new TreeSet<>(one);
    both.addAll(other);

    assertThat(WriteIds.of(one).join(WriteIds.of(other))).isEqualTo(WriteIds.of(both));
    assertThat(WriteIds.of(one).join(WriteIds.of(other)).list()).isEqualTo(List.copyOf(both));
  }

  @Property
  void findsWhatIsInIt(@ForAll("ids") Set<WriteId> ids, @ForAll("id") WriteId id) {
    assertThat(WriteIds.of(ids).contains(id)).isEqualTo(ids.contains(id));
    assertThat(WriteIds.of(ids).with(id).contains(id)).isTrue();

    TreeSet<WriteId> left = new TreeSet<>(ids);
    left.remove(id);
    assertThat(WriteIds.of(ids).without(id).list()).isEqualTo(List.copyOf(left));
    assertThat(WriteIds.of(ids).without(id).isEmpty()).isEqualTo(left.isEmpty());
  }

  @Property
  void leavesTheHighestAndThoseAfterAMark(
      @ForAll("ids") Set<WriteId> ids, @ForAll("id") WriteId mark) {
    List<WriteId> all = List.copyOf(new TreeSet<>(ids));

    assertThat(WriteIds.of(ids).highest(3).list())
        .isEqualTo(all.subList(Math.max(0, all.size() - 3), all.size()));
    assertThat(WriteIds.of(ids).after(mark.hlc()).list())
        .isEqualTo(all.stream().filter(each -> !each.isUpTo(mark.hlc())).toList());
  }

  @Property
  void isReadAsItWasWrittenAndRefusedInAnyOtherOrder(@ForAll("ids") Set<WriteId> ids) {
    WriteIds written = WriteIds.of(ids);
    ByteBuffer bytes = ByteBuffer.allocate(ids.size() * WriteIds.ID_BYTES);
    written.writeTo(bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    assertThat(WriteIds.read(bytes.flip(), ids.size())).isEqualTo(written);

    if (ids.size() > 1) {
      List<WriteId> turned = new ArrayList<>(written.list()).reversed();
      ByteBuffer wrong = ByteBuffer.allocate(ids.size() * WriteIds.ID_BYTES);
      turned.forEach(id -> WriteIds.of(List.of(id)).writeTo(wrong));
      assertThatThrownBy(() -> WriteIds.read(wrong.flip(), ids.size()))
          .isInstanceOf(MalformedRecordException.class);
    }
  }

  @Test
  void isRefusedIfItIsCut() {
    assertThatThrownBy(() -> WriteIds.read(ByteBuffer.allocate(WriteIds.ID_BYTES - 1), 1))
        .isInstanceOf(MalformedRecordException.class);
  }

  @Provide
  Arbitrary<Set<WriteId>> ids() {
    return id().set().ofMaxSize(12);
  }

  @Provide
  Arbitrary<WriteId> id() {
    Arbitrary<Long> few = Arbitraries.of(0L, 1L, 2L, Long.MAX_VALUE, -1L);
    return Combinators.combine(few, few, few).as(WriteId::new);
  }
}
