package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.ExitCode;
import io.quorate.proto.v1.Failure.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tenant that there is not ends commands in one way, and not as a key that is not there. */
class UnknownTenantTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "get k --tenant nope",
        "put k v --tenant nope",
        "delete k --tenant nope",
        "tenant size nope",
        "repair --verify --tenant nope"
      })
  void endsEachCommandWithExitCode4(String words) {
    try (FakeCluster cluster = new FakeCluster()) {
      cluster.fail(
          any -> FakeCluster.failure(Reason.REASON_UNKNOWN_TENANT, "there is no tenant 'nope'"));
      List<String> args = new ArrayList<>(List.of(words.split(" ")));
      args.addAll(List.of("--endpoints", cluster.endpoint(), "--timeout", "10s"));
      Ran ran = Ran.command(args.toArray(String[]::new));
      assertThat(ran.err()).contains("there is no tenant 'nope'");
      assertThat(ran.exitCode()).isEqualTo(ExitCode.UNKNOWN_TENANT).isEqualTo(4);
    }
  }
}
