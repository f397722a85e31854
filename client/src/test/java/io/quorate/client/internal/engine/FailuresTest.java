package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.FailureCode;
import io.quorate.client.FailureInfo;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateException;
import io.quorate.client.WriteResult;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Code;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.PutRequest;
import io.quorate.proto.v1.Tenant;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each reason on the wire is one type here, and the type says what it means for the data. */
class FailuresTest {
  @ParameterizedTest
  @CsvSource({
    "REASON_INVALID, false, InvalidRequestException, InvalidRequestException",
    "REASON_FAILED_PRECONDITION, false, FailedPreconditionException, FailedPreconditionException",
    "REASON_UNKNOWN_TENANT, false, UnknownTenantException, UnknownTenantException",
    "REASON_UNAVAILABLE, false, UnavailableException, UnavailableException",
    "REASON_OVERLOADED, false, OverloadedException, OverloadedException",
    "REASON_NOT_SERVING, false, NotServingException, NotServingException",
    "REASON_STAMP_TOO_LOW, false, UnavailableException, UnavailableException",
    "REASON_TOO_MANY_SIBLINGS, false, TooManySiblingsException, TooManySiblingsException",
    "REASON_KEY_TOO_LARGE, false, KeyTooLargeException, KeyTooLargeException",
    "REASON_CONDITION_FAILED, false, ConditionFailedException, ConditionFailedException",
    "REASON_PERMISSION_DENIED, false, PermissionDeniedException, PermissionDeniedException",
    "REASON_FENCED, false, FencedException, FencedException",
    "REASON_DEADLINE_EXCEEDED, true, OutcomeUnknownException, DeadlineExceededException",
    "REASON_DEADLINE_EXCEEDED, false, DeadlineExceededException, DeadlineExceededException",
    "REASON_INTERNAL, true, OutcomeUnknownException, ServerFaultException",
    "REASON_OUTCOME_UNKNOWN, true, OutcomeUnknownException, ServerFaultException",
    // A reason that a newer server knows and we do not: assume the worst.
    "REASON_UNSPECIFIED, false, OutcomeUnknownException, ServerFaultException",
  })
  void reasonsAreTypes(Reason reason, boolean mayHaveApplied, String ofWrite, String ofRead) {
    Failure failure =
        Failure.newBuilder()
            .setReason(reason)
            .setMessage("why")
            .setMayHaveApplied(mayHaveApplied)
            .build();
    QuorateException write = Failures.of(failure, true, false, 5, "put of key 'k'");
    assertThat(write.getClass().getSimpleName()).isEqualTo(ofWrite);
    assertThat(write).hasMessage("put of key 'k': why");
    assertThat(write.mayHaveApplied()).isEqualTo(write instanceof OutcomeUnknownException);

    QuorateException read = Failures.of(failure, false, false, 5, "get of key 'k'");
    assertThat(read.getClass().getSimpleName()).isEqualTo(ofRead);
    assertThat(read.mayHaveApplied()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "REASON_UNAVAILABLE",
    "REASON_OVERLOADED",
    "REASON_NOT_SERVING",
    "REASON_INVALID",
    "REASON_PERMISSION_DENIED"
  })
  void whatAnEarlierAttemptMayHaveDoneIsNotForgotten(Reason reason) {
    Failure failure = Failure.newBuilder().setReason(reason).setMessage("why").build();
    assertThat(Failures.of(failure, true, true, 5, "put").mayHaveApplied()).isTrue();
    assertThat(Failures.of(failure, false, true, 5, "get").mayHaveApplied()).isFalse();
  }

  /** Whatever ends a call: the attempt before may have been applied. */
  @Test
  void whatIsGivenUpAfterAnAttemptThatMayHaveAppliedIsUnknown() {
    OverloadedException full =
        new OverloadedException("full", FailureInfo.NONE, Duration.ofMillis(1), null);
    Map<String, Function<Call<?>, QuorateException>> ways = new TreeMap<>();
    ways.put("givenUp", call -> Failures.givenUp(call, "no node", FailureCode.NONE));
    ways.put("heldBack", call -> Failures.heldBack(call, " within 1 ms", full));
    ways.put("notSent", call -> Failures.notSent(call, "all is full", Duration.ofMillis(1)));
    ways.put("tooLarge", call -> Failures.tooLarge(call, Bounds.DEFAULT));
    ways.put("wrongModel", call -> Failures.wrongModel(call, Tenant.Model.MODEL_SIBLINGS));
    ways.put("timedOut", call -> Failures.timedOut(call, "no answer"));
    Call<WriteResult> fresh = put();
    Call<WriteResult> repeated = put();
    repeated.mayHaveApplied = true;
    ways.forEach(
        (name, how) -> {
          assertThat(how.apply(fresh).mayHaveApplied()).as(name).isFalse();
          assertThat(how.apply(repeated).mayHaveApplied()).as(name).isTrue();
        });
  }

  /** It is true of the last attempt only. */
  @Test
  void whatMayHaveBeenAppliedIsNotSaidToBeNothing() {
    String said = "the line is full. Nothing was applied: ask again after the time given";
    OverloadedException full =
        new OverloadedException(said, FailureInfo.NONE, Duration.ofMillis(1), null);
    Call<WriteResult> call = put();
    assertThat(Failures.heldBack(call, " within 1 ms", full)).hasMessageEndingWith("; " + said);
    call.mayHaveApplied = true;
    assertThat(Failures.heldBack(call, " within 1 ms", full))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageEndingWith("; the line is full; an earlier attempt may have been applied");
    Failure failure =
        Failure.newBuilder().setReason(Reason.REASON_OVERLOADED).setMessage(said).build();
    assertThat(Failures.of(failure, true, false, 5, "put")).hasMessage("put: " + said);
    assertThat(Failures.of(failure, true, true, 5, "put"))
        .hasMessageEndingWith("failed: the line is full: ask again after the time given");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "full | full | full",
        "full. Nothing was applied | full | full",
        "full; nothing was applied: ask less | full: ask less | full",
        "full. Nothing was applied. Raise it | full. Raise it | full",
        "nothing was applied: no time left | no time left | no time left",
        "a:1 refused it: nothing was applied, and so on | a:1 refused it, and so on | a:1 refused"
            + " it"
      })
  void whatIsSaidOfAnAttemptIsNotSaidOfTheCall(String said, String without, String cause) {
    assertThat(NothingApplied.without(said)).isEqualTo(without);
    assertThat(NothingApplied.causeOf(said)).isEqualTo(cause);
  }

  private static Call<WriteResult> put() {
    return new Call.Put<>(
        Face.VALUES, "t", new byte[] {'k'}, null, PutRequest.getDefaultInstance(), 0, 1);
  }

  @Test
  void partitionIsThatOfTheFailureOrElseOfTheCallOrNone() {
    Failure.Builder failure = Failure.newBuilder().setReason(Reason.REASON_INVALID);
    assertThat(partition(failure.build(), 5)).isEqualTo(5);
    assertThat(partition(failure.build(), -1)).isEqualTo(-1);
    assertThat(partition(failure.setPartition(0).build(), 5)).isZero();
  }

  private static int partition(Failure failure, int ofCall) {
    return Failures.of(failure, true, false, ofCall, "put of key 'k'").info().partition();
  }

  /** A later release may know more of them. */
  @ParameterizedTest
  @CsvSource({
    "CODE_UNSPECIFIED, NONE",
    "CODE_NOT_JOINED, NOT_JOINED",
    "CODE_NO_HISTORY, NO_HISTORY",
    "CODE_BEFORE_HISTORY, BEFORE_HISTORY",
    "CODE_OTHER_CUT, OTHER_CUT",
  })
  void codesAreCarried(Code code, FailureCode told) {
    Failure.Builder failure =
        Failure.newBuilder().setReason(Reason.REASON_FAILED_PRECONDITION).setCode(code);
    assertThat(Failures.of(failure.build(), false, false, 5, "cut").info().code()).isEqualTo(told);
    assertThat(Failures.of(failure.build(), true, true, 5, "cut").info().code()).isEqualTo(told);
    failure.setCodeValue(77);
    assertThat(Failures.of(failure.build(), false, false, 5, "cut").info().code())
        .isEqualTo(FailureCode.NONE);
  }

  @Test
  void detailsAreCarried() {
    Failure failure =
        Failure.newBuilder()
            .setReason(Reason.REASON_OVERLOADED)
            .setRetryAfterMs(70)
            .setPartition(17)
            .setReplicasNeeded(2)
            .addReplicasAnswered(0xABCL)
            .build();
    OverloadedException overloaded =
        (OverloadedException) Failures.of(failure, true, false, 5, "put of key 'k'");
    assertThat(overloaded.retryAfter()).isEqualTo(Duration.ofMillis(70));
    assertThat(overloaded.info().partition()).isEqualTo(17);
    assertThat(overloaded.info().replicasNeeded()).isEqualTo(2);
    assertThat(overloaded.info().replicasAnswered()).containsExactly("0000000000000abc");
  }
}
