package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.storage.RecordStore.Page;
import io.quorate.storage.RecordStore.Range;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagedReadingTest {
  private static final int PARTITION = 3;

  /** Keys of three tenants; the second has none, and the third some that the first has, too. */
  private final TreeSet<Key> held = new TreeSet<>();

  PagedReadingTest() {
    for (int i = 1; i <= 7; i++) {
      held.add(key(1, i));
      held.add(key(4, i / 2 + 1));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100})
  void everyKeyIsReadOnce(int pageRecords) {
    var reading = new PagedReading<>(List.of(1, 2, 4));
    List<Key> read = new ArrayList<>();
    for (Integer tenant = reading.tenant(); tenant != null; tenant = reading.tenant()) {
      Page page = page(reading.next(PARTITION, tenant, pageRecords, 1 << 20));
      page.entries().forEach(entry -> read.add(entry.key()));
      reading.turn(page);
    }
    assertThat(read).containsExactlyElementsOf(held);
  }

  @Test
  void aKeyIsPastOnceItsPageIsTurned() {
    var reading = new PagedReading<>(List.of(1, 4));
    assertThat(reading.isPast(key(1, 1))).isFalse();
    reading.turn(key(1, 2));
    assertThat(reading.after()).isEqualTo(key(1, 2).bytes());
    assertThat(reading.isPast(key(1, 2))).isTrue();
    assertThat(reading.isPast(key(1, 3))).isFalse();
    reading.turn((Key) null);
    assertThat(reading.tenant()).isEqualTo(4);
    assertThat(reading.isPast(key(4, 1))).as("the next tenant begins at its beginning").isFalse();
  }

  @Test
  void whoIsLeftOutInTheMiddleDoesNotMoveTheNextOne() {
    var reading = new PagedReading<>(List.of(1, 2, 4));
    reading.turn(key(1, 5));
    reading.leaveOut(tenant -> tenant == 2);
    assertThat(reading.after()).as("another than the one being read").isNotEmpty();
    reading.leaveOut(tenant -> tenant == 1);
    assertThat(reading.tenant()).isEqualTo(4);
    assertThat(reading.after()).isEmpty();
  }

  private Page page(Range range) {
    assertThat(range.partition()).isEqualTo(PARTITION);
    List<Entry> entries = new ArrayList<>();
    for (Key key : held) {
      boolean after =
          range.after().length == 0 || key.compareTo(new Key(range.tenant(), range.after())) > 0;
      if (key.tenant() == range.tenant() && after) {
        if (entries.size() == range.recordsMax()) {
          return new Page(entries, false);
        }
        entries.add(new Entry(key, Record.tombstone(new Version(0, 1, new NodeId(1), 1), 1)));
      }
    }
    return new Page(entries, true);
  }

  private static Key key(int tenant, int number) {
    return new Key(tenant, new byte[] {(byte) number});
  }
}
