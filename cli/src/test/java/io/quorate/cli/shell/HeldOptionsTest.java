package io.quorate.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.CommandTree;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Which of its options a shell gives to a command. */
class HeldOptionsTest {
  private final CommandLine tree = CommandTree.all().addSubcommand(new OfMany());

  @Command(name = "many")
  private static final class OfMany {
    @SuppressWarnings("UnusedVariable") // only its option is looked at
    @Option(names = "--tenant")
    private List<String> tenants = List.of();
  }

  private HeldOptions held(String options) {
    return HeldOptions.of(tree.parseArgs(("shell " + options).split(" ", -1)).subcommand());
  }

  private List<String> with(String held, String line) {
    return held(held).addTo(tree.getCommandSpec(), List.of(line.split(" ", -1)));
  }

  @Test
  void aCommandIsGivenThoseThatItTakes() {
    assertThat(with("--endpoints a:1 --tls --json", "get k"))
        .containsExactlyInAnyOrder("get", "k", "--endpoints=a:1", "--tls", "--json")
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

  /** A tenant's --history is how long it keeps what is overwritten. */
  @Test
  void optionsOfTheShellItselfStayThere() {
    for (String line : List.of("tenant create x", "tenant alter x --rf 5", "get k")) {
      assertThat(with("--history off --keep-going", line)).containsExactly(line.split(" ", -1));
    }
    assertThat(with("--history 24h --timeout 1s", "tenant alter x --rf 5"))
        .containsExactly("tenant", "alter", "x", "--rf", "5", "--timeout=1s");
  }

  /** Without --tenant they are about all tenants, none, or one of their own. */
  @Test
  void theTenantOfTheShellIsNotThatOfCommandsWhichMeanAnotherWithoutOne() {
    for (String line :
        List.of(
            "grant monitor --to-user backup",
            "revoke monitor --from-user backup",
            "repair",
            "repair --verify",
            "job list",
            "job run invoices",
            "bench --model siblings",
            "bench overload --retries=once")) {
      assertThat(with("--tenant orders --timeout 1s", line))
          .as(line)
          .contains("--timeout=1s")
          .doesNotContain("--tenant=orders");
    }
    for (String line : List.of("bench", "get k", "tenant size orders")) {
      assertThat(with("--tenant orders", line)).as(line).contains("--tenant=orders");
    }
    assertThat(with("--tenant orders", "grant read --to-user a --tenant carts"))
        .containsExactly("grant", "read", "--to-user", "a", "--tenant", "carts");
  }

  @Test
  void aSecretOnStandardInputIsFound() {
    assertThat(held("--password-file -").readsStandardInput()).isTrue();
    assertThat(held("--password-file f").readsStandardInput()).isFalse();
  }
}
