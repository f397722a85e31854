package io.quorate.replication.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.replication.api.Failure.Code;
import io.quorate.replication.api.Failure.Reason;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A failure is built up and changed part by part; what is not named stays as it was. */
class FailureTest {
  private static final Failure PLAIN = Failure.refused(Reason.INVALID, "why");

  /** Has something else than the plain one in each part. */
  private static final Failure FULL =
      Failure.builder(Reason.OUTCOME_UNKNOWN, "why not")
          .mayHaveApplied(true)
          .retryAfterMillis(1)
          .partition(2)
          .needed(3)
          .answered(List.of(new NodeId(4)))
          .decided(true)
          .aboveHlc(5)
          .fence(6)
          .field("seven")
          .code(Code.OTHER_CUT)
          .throttled(true)
          .tenantId(8)
          .build();

  private static Map<String, Object> parts(Failure failure) throws ReflectiveOperationException {
    Map<String, Object> parts = new TreeMap<>();
    for (RecordComponent each : Failure.class.getRecordComponents()) {
      parts.put(each.getName(), each.getAccessor().invoke(failure));
    }
    return parts;
  }

  /** Returns the names of the parts in which two failures differ. */
  private static List<String> changed(Failure before, Failure after)
      throws ReflectiveOperationException {
    Map<String, Object> old = parts(before);
    Map<String, Object> now = parts(after);
    return old.keySet().stream()
        .filter(name -> !Objects.equals(old.get(name), now.get(name)))
        .toList();
  }

  /** A part that is added to the record is to be set above, too. */
  @Test
  void eachPartCanBeSet() throws ReflectiveOperationException {
    assertThat(changed(PLAIN, FULL)).containsExactlyElementsOf(parts(PLAIN).keySet());
  }

  @Test
  void aCopyHasAllPartsOfTheFirst() {
    assertThat(FULL.toBuilder().build()).isEqualTo(FULL);
    assertThat(PLAIN.toBuilder().build()).isEqualTo(PLAIN);
  }

  @Test
  void whatChangesOnePartLeavesTheOthers() throws ReflectiveOperationException {
    assertThat(changed(FULL, FULL.saying("something else"))).containsExactly("message");
    assertThat(changed(FULL, FULL.explained("It is full"))).containsExactly("message");
    assertThat(changed(FULL, FULL.coded(Code.NOT_JOINED))).containsExactly("code");
    assertThat(changed(PLAIN, PLAIN.asDecided())).containsExactly("decided");
  }

  @Test
  void aRefusalAppliedNothingAndNamesNoPartition() {
    assertThat(PLAIN.mayHaveApplied()).isFalse();
    assertThat(PLAIN.decided()).isFalse();
    assertThat(PLAIN.partition()).isEqualTo(Failure.NO_PARTITION);
    assertThat(PLAIN.retryAfterMillis()).isZero();
    assertThat(PLAIN.code()).isEqualTo(Code.NONE);
  }
}
