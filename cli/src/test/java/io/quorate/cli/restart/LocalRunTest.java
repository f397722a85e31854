package io.quorate.cli.restart;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What comes of a line of shell, whatever happens to it. */
class LocalRunTest {
  private static LocalRun.End run(String line) {
    return LocalRun.of(line, Duration.ofSeconds(30));
  }

  @Test
  void itsExitCodeAndWhatItPrintedAreKept() {
    assertThat(run("echo out; echo err >&2")).isEqualTo(new LocalRun.End(true, 0, "out\nerr"));
    LocalRun.End failed = run("echo why; exit 5");
    assertThat(failed.isDone()).isFalse();
    assertThat(failed.told()).isEqualTo("ended with exit code 5: why");
  }

  @Test
  void oneThatCannotBeRunIsNotDone() {
    LocalRun.End end = run("echo \0");
    assertThat(end.isDone()).isFalse();
    assertThat(end.told()).startsWith("could not be run: ");
  }

  /** What it prints goes to a file, which something else may delete. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void oneThatIsDoneIsDoneThoughWhatItPrintedIsGone() {
    LocalRun.End end = run("rm \"$(readlink /proc/$$/fd/1)\"");
    assertThat(end.isDone()).as(end.told()).isTrue();
    assertThat(end.output()).contains("cannot be read");
  }
}
