package io.quorate.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** Which tenant a command is about. */
class TenantOptionTest {
  @Command
  private static final class Typed {
    @Mixin private ClusterOptions cluster = new ClusterOptions();
  }

  private static ClusterOptions typed(String... words) {
    Typed command = new Typed();
    CommandLine.ParseResult unused = new CommandLine(command).parseArgs(words);
    return command.cluster;
  }

  @Test
  void itIsTheOneThatIsNamed() {
    assertThat(typed().tenant()).isEqualTo("default");
    assertThat(typed("--tenant", "orders").tenant()).isEqualTo("orders");
  }

  /** As of a variable of a script that is not set. */
  @Test
  void aBlankOneIsNotTakenForTheDefault() {
    for (String blank : new String[] {"", " "}) {
      ClusterOptions options = typed("--tenant", blank);
      assertThatThrownBy(options::tenant)
          .isInstanceOf(ParameterException.class)
          .hasMessageContaining("--tenant is blank: give the name of a tenant");
    }
  }
}
