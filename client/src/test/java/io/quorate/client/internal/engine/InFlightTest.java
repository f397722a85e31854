package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PipeResponse;
import org.junit.jupiter.api.Test;

class InFlightTest {
  private final ManualLoop loop = new ManualLoop();
  private final InFlight inFlight = new InFlight();
  private final Call<?> first = ScriptedClient.put(loop, "first");
  private final Call<?> second = ScriptedClient.put(loop, "second");

  private static PipeResponse answers(Call<?>... calls) {
    PipeResponse.Builder frame = PipeResponse.newBuilder();
    for (Call<?> call : calls) {
      frame.addResults(OperationResult.newBuilder().setId(call.wireId));
    }
    return frame.build();
  }

  /** The node has told its clock after all of them had come: the bound is that of the latest. */
  @Test
  void theLatestThatAFrameAnswersIsTheOneSentLast() {
    inFlight.send(first, 1, 0);
    inFlight.send(second, 2, 0);
    assertThat(inFlight.latestOf(answers(first, second))).isSameAs(second);
    assertThat(inFlight.latestOf(answers(second, first))).isSameAs(second);
    assertThat(inFlight.latestOf(answers(first))).isSameAs(first);
  }

  @Test
  void aCallThatWasGivenUpIsNotKnownAnyMore() {
    inFlight.send(first, 1, 0);
    inFlight.send(second, 2, 0);
    assertThat(inFlight.take(second.wireId)).isSameAs(second);
    assertThat(inFlight.take(second.wireId)).isNull();
    assertThat(inFlight.latestOf(answers(first, second))).isNull();
  }
}
