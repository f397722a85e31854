package io.quorate.cli.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyCommandTest {
  @TempDir private Path directory;

  private Ran key(String... options) {
    String[] command = new String[3 + options.length];
    command[0] = "security";
    command[1] = "key";
    command[2] = file().toString();
    System.arraycopy(options, 0, command, 3, options.length);
    return Ran.command(command);
  }

  private Path file() {
    return directory.resolve("master.key");
  }

  @Test
  void fileIsMadeOnceAndKeysAreAddedBeforeThoseInIt() throws Exception {
    Ran made = key();
    assertThat(made.exitCode()).as(made.err()).isEqualTo(ExitCode.DONE);
    String first = Files.readString(file());
    String id = first.split(" ", -1)[1];
    assertThat(made.out()).contains(id).doesNotContain(first.strip().split(" ", -1)[2]);

    Ran again = key();
    assertThat(again.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(again.err()).contains("is there already, and is never overwritten");
    assertThat(file()).hasContent(first);

    Ran added = key("--add", "--json");
    assertThat(added.exitCode()).as(added.err()).isEqualTo(ExitCode.DONE);
    assertThat(Files.readString(file())).endsWith(first);
    assertThat(added.out()).contains(Files.readString(file()).split(" ", -1)[1]);
  }

  @Test
  void aDirectoryThatIsMissingIsNamedAsWhatIsMissing() {
    Ran ran = Ran.command("security", "key", directory.resolve("none/master.key").toString());
    assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err())
        .contains("the directory of " + directory.resolve("none/master.key") + " is not there")
        .doesNotContain("--add");
  }

  @Test
  void keyIsAddedToAFileOfKeysOnly() throws Exception {
    Ran missing = key("--add");
    assertThat(missing.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(missing.err()).contains("does not exist. Leave out --add");
    Files.writeString(file(), "something else\n");
    Ran other = key("--add");
    assertThat(other.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(other.err()).contains("is not a file of master keys");
    assertThat(file()).hasContent("something else\n");
  }
}
