package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.quorate.client.FailureCode;
import io.quorate.client.internal.net.NoLogin;
import io.quorate.client.internal.net.Trouble;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What several nodes that were asked in vain have in common. */
class TriedTest {
  private static final Status EXPECTS_TLS =
      Status.UNAVAILABLE.withDescription("first 5 bytes: 1503030002");

  @Test
  void theSettingsOfTlsAreAmissIfTheyAreSoForEachNode() {
    Tried tried = new Tried();
    tried.add("a:1", Trouble.of(EXPECTS_TLS));
    tried.add("b:1", Trouble.of(EXPECTS_TLS));
    assertThat(tried.code()).isEqualTo(FailureCode.TLS);
    assertThat(tried.advice())
        .isEqualTo("; check the settings of TLS of the client and of the nodes");
    tried.add("c:1", Trouble.UNKNOWN_HOST);
    assertThat(tried.code()).isEqualTo(FailureCode.NONE);
  }

  /** Its address is right, and what it said is told. */
  @Test
  void aNodeThatLetsTheClientDoNothingIsNoReasonToCheckEndpoints() {
    Tried none = new Tried();
    none.add("a:1", Trouble.of(Status.UNAVAILABLE.withDescription("closing")));
    assertThat(none.advice()).isEqualTo("; check the endpoints");
    for (Status refusal :
        List.of(
            NoLogin.mark(Status.UNAVAILABLE.withDescription("could not log in there: no keys")),
            Status.PERMISSION_DENIED.withDescription("not granted"))) {
      Tried tried = new Tried();
      tried.add("a:1", Trouble.of(refusal));
      assertThat(tried.advice()).as("%s", refusal).isEmpty();
      tried.add("b:1", Trouble.UNKNOWN_HOST);
      assertThat(tried.advice()).as("%s, beside one that is not there", refusal).isEmpty();
    }
  }

  /** gRPC makes a status of what web servers and proxies answer. */
  @Test
  void whatAnswersAsAWebServerIsAReasonToCheckThem() {
    for (Status answer :
        List.of(
            Status.PERMISSION_DENIED.withDescription("HTTP status code 403\ninvalid content-type"),
            NoLogin.mark(
                Status.UNAVAILABLE.withDescription("was refused: HTTP status code 404")))) {
      Tried tried = new Tried();
      tried.add("a:1", Trouble.of(answer));
      assertThat(tried.advice()).as("%s", answer).isEqualTo("; check the endpoints");
    }
  }

  @Test
  void aNodeThatGaveAReasonWasReached() {
    Tried tried = new Tried();
    tried.add("a:1", Trouble.of(EXPECTS_TLS));
    tried.add("b:1", "it is behind");
    assertThat(tried.code()).isEqualTo(FailureCode.NONE);
  }

  /** Others may be restarting: who asks again asks them. */
  @Test
  void oneNodeSaysNothingOfTheOthers() {
    assertThat(Trouble.of(EXPECTS_TLS).amiss()).isEqualTo(Trouble.Amiss.TLS);
    assertThat(Statuses.toException(EXPECTS_TLS, null, false, "scan", "a:1").info().code())
        .isEqualTo(FailureCode.NONE);
  }
}
