package io.quorate.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.NodeId;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RegisterTest {
  private static final Version BALLOT = new Version(3, 100, new NodeId(7), 1);
  private static final byte[] VALUE = {1, 2};

  private static Register.Change change(int number) {
    return new Register.Change(new WriteId(number, 5, number), (byte) (number % 3), -number);
  }

  private static Register written(int changes) {
    Register register = Register.of(null, 0);
    for (int i = 1; i <= changes; i++) {
      register = register.after(change(i), VALUE);
    }
    return register;
  }

  @Test
  void isReadAsItWasWritten() {
    Record record = Record.of(written(3).toRecord(BALLOT).bytes());
    Register read = Register.of(record, 0);

    assertThat(read.changes()).containsExactly(change(1), change(2), change(3));
    assertThat(read.value()).isEqualTo(VALUE);
    assertThat(record.version()).isEqualTo(BALLOT);
    Record shown = Objects.requireNonNull(Register.shown(record));
    assertThat(shown.copyValue()).isEqualTo(VALUE);
    assertThat(shown.version()).isEqualTo(Register.versionOf(change(3).id()));
  }

  @Test
  void aDeletedOneKeepsItsChanges() {
    Record record = Record.of(written(2).after(change(3), null).toRecord(BALLOT).bytes());

    assertThat(record.isTombstone()).isTrue();
    assertThat(Register.shown(record)).isNull();
    assertThat(Register.of(record, 0).find(change(2).id())).isEqualTo(change(2));
  }

  @Test
  void theFenceGoesWithTheRegister() {
    Register fenced = written(1).fencedBy(9).after(change(2), null);
    Register read = Register.of(Record.of(fenced.toRecord(BALLOT).bytes()), 0);

    assertThat(read.fence()).isEqualTo(9);
    assertThat(read.fencesOff(8)).isTrue();
    assertThat(read.fencesOff(9)).isFalse();
    assertThat(read.fencesOff(-1)).as("the highest there is").isFalse();
    assertThat(read.mayHaveForgottenFence()).isFalse();
    assertThat(written(1).mayHaveForgottenFence()).isFalse();
    assertThat(Register.of(null, 50).after(change(60), VALUE).mayHaveForgottenFence()).isTrue();
  }

  @Test
  void withTheOldestChangeTheFloorRises() {
    Register full = written(Register.CHANGES_MAX);
    assertThat(full.find(change(1).id())).isNotNull();
    assertThat(full.mayHaveForgotten(change(1).id())).isFalse();

    Register more = full.after(change(Register.CHANGES_MAX + 1), VALUE);
    assertThat(more.changes()).hasSize(Register.CHANGES_MAX);
    assertThat(more.find(change(1).id())).isNull();
    assertThat(more.mayHaveForgotten(change(1).id())).isTrue();
    assertThat(more.mayHaveForgotten(change(2).id())).isFalse();
  }

  @Test
  void aPurgedKeyHasForgottenAllUpToThePurge() {
    Register purged = Register.of(null, 50);

    assertThat(purged.mayHaveForgotten(change(50).id())).isTrue();
    assertThat(purged.mayHaveForgotten(change(51).id())).isFalse();
  }

  @Test
  void whatIsCutShortIsMalformed() {
    byte[] bytes = written(2).toRecord(BALLOT).bytes();
    byte[] cut = Arrays.copyOf(bytes, bytes.length - VALUE.length - 1);

    assertThatThrownBy(() -> Record.of(cut)).isInstanceOf(MalformedRecordException.class);
    assertThat(List.of(bytes)).allSatisfy(whole -> assertThat(Record.of(whole)).isNotNull());
  }
}
