package io.quorate.cli.doctor;

import static io.quorate.cli.doctor.Heard.B;
import static io.quorate.cli.doctor.Heard.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.Views;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which nodes are behind for more than the moment that a change takes to reach them. */
class StateLagTest {
  /** The first and the last node of three have what 9 changes made. */
  private static final Views B_LACKS_ONE =
      Heard.well().reports(B, new Said().stateVersion(8)).views();

  private final List<Set<String>> asked = new ArrayList<>();
  private Duration waited = Duration.ZERO;

  private Map<String, Long> lag(Views seen, StateLag.Again again) throws InterruptedException {
    return StateLag.of(
        seen,
        ids -> {
          asked.add(ids);
          return again.versions(ids);
        },
        howLong -> waited = waited.plus(howLong));
  }

  @Test
  void nodesThatAreNotBehindAreNotAskedAgain() throws Exception {
    assertThat(lag(Heard.well().views(), ids -> Map.of())).isEmpty();
    assertThat(asked).isEmpty();
    assertThat(waited).isEqualTo(Duration.ZERO);
  }

  @Test
  void aNodeThatCatchesUpIsNotBehind() throws Exception {
    assertThat(lag(B_LACKS_ONE, ids -> Map.of(B, asked.size() < 3 ? 8L : 9L))).isEmpty();
    assertThat(asked).hasSize(3).containsOnly(Set.of(B));
    assertThat(waited).isPositive();
  }

  /** Changes go on: each answer is behind what others have by then, and all of it is in order. */
  @Test
  void whatWasChangedSinceItWasAskedFirstDoesNotCount() throws Exception {
    Views seen =
        Heard.well()
            .reports(B, new Said().stateVersion(8))
            .reports(C, new Said().stateVersion(7))
            .views();
    assertThat(lag(seen, ids -> Map.of(B, 9L, C, 100L))).isEmpty();
    assertThat(asked).hasSize(1);
  }

  @Test
  void aNodeThatStaysBehindIsSaidToBeAfterTwoSeconds() throws Exception {
    Views seen =
        Heard.well()
            .reports(B, new Said().stateVersion(4))
            .reports(C, new Said().stateVersion(8))
            .views();
    assertThat(lag(seen, ids -> ids.contains(C) ? Map.of(B, 6L, C, 9L) : Map.of(B, 6L)))
        .isEqualTo(Map.of(B, 3L));
    assertThat(asked.getFirst()).containsExactlyInAnyOrder(B, C);
    assertThat(asked.subList(1, asked.size())).containsOnly(Set.of(B));
    assertThat(waited).isEqualTo(Duration.ofSeconds(2));
  }

  /** Each attempt would wait for the timeout of a request. */
  @Test
  void aNodeThatDoesNotAnswerAgainIsNotWaitedFor() throws Exception {
    assertThat(lag(B_LACKS_ONE, ids -> Map.of())).isEqualTo(Map.of(B, 1L));
    assertThat(asked).hasSize(1);
  }
}
