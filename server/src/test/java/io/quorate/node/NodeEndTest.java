package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.metadata.bootstrap.Refusal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a supervisor learns of a node that cannot be part of its cluster. */
class NodeEndTest {
  private static int exitCode(Refusal.Kind kind) {
    return NodeEnd.of(new Refusal(kind, "why")).exitCode();
  }

  @Test
  void eachRemedyHasItsExitCode() {
    assertThat(exitCode(Refusal.Kind.CONFIGURATION)).isEqualTo(2);
    assertThat(exitCode(Refusal.Kind.DATA)).isEqualTo(4);
    assertThat(exitCode(Refusal.Kind.DISK)).isEqualTo(4);
    assertThat(exitCode(Refusal.Kind.LEFT)).isEqualTo(5);
    assertThat(exitCode(Refusal.Kind.RELEASE)).isEqualTo(6);
  }

  /** Started once more, such a node ends in the same way. */
  @Test
  void theServiceIsNotStartedAgainWhereThatIsOfNoUse() throws Exception {
    String service =
        Files.readString(Path.of("..", "config", "quorate.service"), StandardCharsets.UTF_8);
    assertThat(service).contains("RestartPreventExitStatus=2 5 6");
  }
}
