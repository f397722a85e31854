package io.quorate.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.key.GetCommand;
import io.quorate.cli.output.Console;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Which of its options a shell gives to a command. */
class HeldOptionsTest {
  private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

  private final GetCommand command =
      new GetCommand(new Console(InputStream.nullInputStream(), NOWHERE, NOWHERE, false, false));

  private final CommandSpec root =
      new CommandLine(new Root())
          .addSubcommand(command)
          .addSubcommand(new CommandLine.HelpCommand())
          .addSubcommand(new OfMany())
          .getCommandSpec();

  @Command(name = "quorate")
  private static final class Root {}

  @Command(name = "many")
  private static final class OfMany {
    @SuppressWarnings("UnusedVariable") // only its option is looked at
    @Option(names = "--tenant")
    private List<String> tenants = List.of();
  }

  private List<String> with(String held, String line) {
    CommandLine shell = new CommandLine(command);
    String[] words = ("key " + held).split(" ", -1);
    return HeldOptions.of(shell.parseArgs(words)).addTo(root, List.of(line.split(" ", -1)));
  }

  @Test
  void aCommandIsGivenThoseThatItTakes() {
    assertThat(with("--endpoints a:1 --tls --raw", "get k"))
        .containsExactlyInAnyOrder("get", "k", "--endpoints=a:1", "--tls", "--raw")
        .startsWith("get", "k");
    assertThat(with("--endpoints a:1", "help get")).containsExactly("help", "get");
    assertThat(with("--endpoints a:1", "frobnicate")).containsExactly("frobnicate");
  }

  @Test
  void itsOwnOptionsComeFirst() {
    assertThat(with("--tenant a --timeout 1s", "get k --tenant b"))
        .containsExactly("get", "k", "--tenant", "b", "--timeout=1s");
    assertThat(with("--tenant a", "get k --tenant=b")).containsExactly("get", "k", "--tenant=b");
  }

  /** Such a list is what the command works on, as the tenants of a backup are. */
  @Test
  void aCommandIsNotGivenOneOfAList() {
    assertThat(with("--tenant a", "many")).containsExactly("many");
    assertThat(with("--tenant a", "many --tenant b")).containsExactly("many", "--tenant", "b");
  }

  @Test
  void whatFollowsTheEndOfOptionsStaysThere() {
    assertThat(with("--tenant a", "get -- --tenant"))
        .containsExactly("get", "--tenant=a", "--", "--tenant");
  }

  /** A user of one place and a token of another do not fit together. */
  @Test
  void aLoginIsOfOnePlace() {
    assertThat(with("--user u --password-file p", "get k --token-file t"))
        .containsExactly("get", "k", "--token-file", "t");
    assertThat(with("--tls-cert c --tls-key k --tls-ca a", "get k --tls-cert d --tls-key l"))
        .containsExactly("get", "k", "--tls-cert", "d", "--tls-key", "l", "--tls-ca=a");
  }

  /** Else a password would go to the cluster of another profile. */
  @Test
  void aCommandWithAProfileTakesNoConnectionFromTheShell() {
    assertThat(
            with(
                "--endpoints a:1 --tenant t --tls --user u --password-file p --timeout 1s",
                "get k --profile other"))
        .containsExactly("get", "k", "--profile", "other", "--timeout=1s");
  }

  @Test
  void aSecretOnStandardInputIsFound() {
    CommandLine shell = new CommandLine(command);
    assertThat(HeldOptions.of(shell.parseArgs("k", "--password-file", "-")).readsStandardInput())
        .isTrue();
    assertThat(HeldOptions.of(shell.parseArgs("k", "--password-file", "f")).readsStandardInput())
        .isFalse();
  }
}
