package io.quorate.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.NodeId;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
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

  @Property
  void anyRegisterIsReadAsItWasWritten(@ForAll("registers") Register register) {
    Record record = Record.of(register.toRecord(BALLOT).bytes());
    Register read = Register.of(record, 0);

    assertThat(read.changes()).isEqualTo(register.changes());
    assertThat(read.value()).isEqualTo(register.value());
    assertThat(List.of(read.floor(), read.fence(), read.last()))
        .isEqualTo(List.of(register.floor(), register.fence(), register.last()));
    Record shown = Register.shown(record);
    assertThat(shown == null ? null : shown.copyValue()).isEqualTo(register.value());
    assertThat(shown == null ? null : shown.version())
        .isEqualTo(register.value() == null ? null : register.version());
  }

  @Provide
  Arbitrary<Register> registers() {
    Arbitrary<Long> any = Arbitraries.longs();
    Arbitrary<Long> session = Arbitraries.oneOf(Arbitraries.longs().between(1, 3), any);
    Arbitrary<WriteId> id = Combinators.combine(any, session, any).as(WriteId::new);
    Arbitrary<List<Register.Change>> changes =
        Combinators.combine(id, Arbitraries.bytes(), any)
            .as(Register.Change::new)
            .list()
            .ofMaxSize(Register.CHANGES_MAX);
    Arbitrary<byte[]> value = Arbitraries.bytes().array(byte[].class).ofMaxSize(9).injectNull(0.2);
    return Combinators.combine(any, any, id, changes, value).as(Register::new);
  }

  /** The size of what is remembered is what a small value costs beside itself. */
  @Test
  void manyChangesOfOneSessionTakeFewBytes() {
    Register register = Register.of(null, 0);
    for (int i = 0; i < Register.CHANGES_MAX; i++) {
      // As of a client that writes 10,000 keys in turn, each once a second.
      WriteId id = new WriteId(Hlc.of(1_700_000_000_000L + 1_000L * i, 0), 5, 10_000L * i);
      register = register.after(new Register.Change(id, (byte) 1, 0), VALUE);
    }
    int beside = register.toRecord(BALLOT).valueLength() - VALUE.length;
    assertThat(beside).isLessThan(350);
  }

  /** So replicas that hold the same register hold the same bytes. */
  @Property(tries = 5_000)
  void thereIsOneSequenceOfBytesForARegister(
      @ForAll("registers") Register register, @ForAll int at, @ForAll byte changed) {
    byte[] bytes = register.toRecord(BALLOT).bytes();
    int body = Record.of(bytes).valueOffset();
    bytes[body + Math.floorMod(at, bytes.length - body)] = changed;
    try {
      Record read = Record.of(bytes);
      assertThat(Register.of(read, 0).toRecord(BALLOT).bytes()).isEqualTo(bytes);
    } catch (MalformedRecordException malformed) {
      assertThat(malformed).hasMessageContaining("register");
    }
  }

  @Test
  void aSessionIsNamedOnce() {
    Register.Change first = new Register.Change(new WriteId(1, 6, 1), (byte) 0, 0);
    Register.Change second = new Register.Change(new WriteId(2, 7, 1), (byte) 0, 0);
    Register register = new Register(0, 0, new WriteId(2, 5, 1), List.of(first, second), VALUE);
    byte[] bytes = register.toRecord(BALLOT).bytes();
    int named = bytes.length - VALUE.length - 4;
    assertThat(bytes[named]).as("the last byte of the second session").isEqualTo((byte) 6);

    bytes[named] = 7;
    assertThatThrownBy(() -> Record.of(bytes))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("a session that was there before");
  }

  @Test
  void moreChangesThanAreRememberedAreMalformed() {
    List<Register.Change> many =
        IntStream.rangeClosed(1, Register.CHANGES_MAX + 1).mapToObj(RegisterTest::change).toList();
    Register register = new Register(0, 0, many.getLast().id(), many, VALUE);
    byte[] bytes = register.toRecord(BALLOT).bytes();

    assertThatThrownBy(() -> Record.of(bytes))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("more changes than are remembered");
  }
}
