package io.quorate.cli.shell;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.PasswordSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Options that the shell was given, and that each command in it is given, too, unless it says
 * something else.
 */
record HeldOptions(List<Held> options) {
  /** Options of which a command that gives one gives all that it wants. */
  private static final List<Set<String>> TOGETHER =
      List.of(
          Set.of("--user", "--password-file", "--token-file"), Set.of("--tls-cert", "--tls-key"));

  /** A command with one of these is about another cluster. */
  private static final Set<String> PROFILE = Set.of("--profile", "--client-config");

  private static final String TENANT = "--tenant";

  private static final Set<String> OF_PROFILE =
      Set.of(
          "--profile",
          "--client-config",
          "--endpoints",
          TENANT,
          "--tls",
          "--tls-ca",
          "--tls-cert",
          "--tls-key",
          "--tls-server-name",
          "--user",
          "--password-file",
          "--token-file");

  /** Commands that are about all tenants, or of which each is to say its own, without it. */
  private static final Set<String> OF_NO_TENANT = Set.of("grant", "revoke", "repair", "job");

  /** With one of these, a bench has tenants of its own. */
  private static final Set<String> TENANT_OF_BENCH = Set.of("--model", "--retries");

  /** Ends the options of a command: the words after it are what they are. */
  private static final String END = "--";

  /**
   * One option.
   *
   * @param value null if it takes none
   */
  record Held(String name, @Nullable String value) {
    String word() {
      return value == null ? name : name + "=" + value;
    }
  }

  HeldOptions {
    options = List.copyOf(options);
  }

  /**
   * Returns those of a shell that say which cluster is meant and how it is spoken to; others, as
   * its --history, may be something else to a command.
   */
  static HeldOptions of(ParseResult given) {
    List<Held> held = new ArrayList<>();
    for (OptionSpec each : given.matchedOptions()) {
      if (isOfCluster(given.commandSpec(), each)) {
        held.add(
            new Held(
                each.longestName(),
                each.arity().max() == 0 ? null : each.originalStringValues().getLast()));
      }
    }
    return new HeldOptions(held);
  }

  private static boolean isOfCluster(CommandSpec shell, OptionSpec option) {
    return shell.mixins().values().stream()
        .filter(each -> each.userObject() instanceof ClusterOptions)
        .anyMatch(each -> each.optionsMap().containsKey(option.longestName()));
  }

  /** Whether a secret is to be read from where the lines come from. */
  boolean readsStandardInput() {
    return options.stream().anyMatch(each -> PasswordSource.STANDARD_INPUT.equals(each.value()));
  }

  /** Returns the words of a command, with the options that it takes and does not give itself. */
  List<String> addTo(CommandSpec root, List<String> words) {
    CommandSpec command = commandOf(root, words);
    int end = words.indexOf(END);
    int at = end < 0 ? words.size() : end;
    Set<String> given = given(words.subList(0, at));
    if (hasOtherTenants(words, given)) {
      given.add(TENANT);
    }
    List<String> all = new ArrayList<>(words.subList(0, at));
    for (Held each : options) {
      OptionSpec option = command.optionsMap().get(each.name());
      // One that can be given many times says what the command works on, and is not the shell's.
      if (option != null && !option.isMultiValue() && !given.contains(each.name())) {
        all.add(each.word());
      }
    }
    all.addAll(words.subList(at, words.size()));
    return all;
  }

  /** Whether the tenant of the shell is not the one that a command works on without --tenant. */
  private static boolean hasOtherTenants(List<String> words, Set<String> given) {
    String first = words.isEmpty() ? "" : words.getFirst();
    return OF_NO_TENANT.contains(first)
        || (first.equals("bench") && TENANT_OF_BENCH.stream().anyMatch(given::contains));
  }

  /** The options that words give, and those that count as given by them. */
  private static Set<String> given(List<String> words) {
    Set<String> given = new HashSet<>();
    for (String word : words) {
      if (word.startsWith(END)) {
        int value = word.indexOf('=');
        String name = value < 0 ? word : word.substring(0, value);
        given.add(name);
        TOGETHER.stream().filter(each -> each.contains(name)).forEach(given::addAll);
        if (PROFILE.contains(name)) {
          given.addAll(OF_PROFILE);
        }
      }
    }
    return given;
  }

  /** The command that words name: each that follows one and is one of its subcommands is it. */
  static CommandSpec commandOf(CommandSpec root, List<String> words) {
    CommandSpec command = root;
    for (String word : words) {
      CommandLine sub = command.subcommands().get(word);
      if (sub == null) {
        break;
      }
      command = sub.getCommandSpec();
    }
    return command;
  }
}
