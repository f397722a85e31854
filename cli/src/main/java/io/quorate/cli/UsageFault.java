package io.quorate.cli;

import io.quorate.cli.process.OneLine;
import io.quorate.node.config.Nearest;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, and what was meant, as far as that can be told. */
final class UsageFault {
  /** What is misspelt is repeated, and may be longer than anybody reads. */
  private static final int CHARS_MAX = 1000;

  /** A longer word is no slip of a finger in the name of a command or an option. */
  private static final int TYPO_CHARS_MAX = 40;

  private static final int TYPO_EDITS_MAX = 2;
  private static final int BEGINNING_CHARS_MIN = 3;

  /** Words for one thing. The first of those that has one command among those that there are. */
  private static final List<Set<String>> SYNONYMS =
      List.of(
          Set.of("delete", "remove", "drop", "rm", "del", "decommission"),
          Set.of("list", "ls", "keys", "scan"),
          Set.of("alter", "update", "modify", "change"),
          Set.of("create", "make", "new"),
          Set.of("check", "validate", "verify", "lint"),
          Set.of("info", "health", "status"),
          Set.of("info", "describe", "show"),
          Set.of("info", "describe", "show", "status", "list", "ls"));

  private UsageFault() {}

  /** One sentence, without a stop at its end. */
  static String of(ParameterException failure) {
    String word = unknownWord(failure);
    String what = word == null ? message(failure) : unknown(word, failure.getCommandLine());
    return OneLine.of(what, CHARS_MAX);
  }

  /**
   * The commands or the option that a misspelt one resembles, the likeliest first; none if there
   * are none. The parser has suggestions of its own, and they are no help here: to 'tenant delete'
   * it would answer 'tenant alter', and to 'gte' nothing.
   *
   * @param all makes the tree of all commands, of which a command line has only a part
   */
  static List<String> meant(ParameterException failure, Supplier<CommandLine> all) {
    String word = unknownWord(failure);
    if (word == null || instead(failure) != null) {
      return List.of();
    }
    CommandLine command = failure.getCommandLine();
    if (word.startsWith("-")) {
      return inPlace(word, command.getCommandSpec().optionsMap().keySet());
    }
    Collection<String> known = command.getSubcommands().keySet();
    if (known.isEmpty() || word.length() > TYPO_CHARS_MAX) {
      return inPlace(word, known);
    }
    String synonym = synonym(word, known);
    if (synonym != null) {
      return List.of(synonym);
    }
    Elsewhere elsewhere = new Elsewhere(all.get());
    // Before what the word begins with: 'delete-tenant' must not be answered by 'delete'.
    String joined = elsewhere.joined(word);
    if (joined != null) {
      return List.of(joined);
    }
    // Before what is only near: 'move' is nearer to 'role' than to 'cluster move'.
    List<String> named = elsewhere.named(word, command);
    return named.isEmpty() ? inPlace(word, known) : named;
  }

  /**
   * What to give in place of an option that other programs have, in words; null if that is not
   * known.
   */
  static @Nullable String instead(ParameterException failure) {
    String word = unknownWord(failure);
    return word == null
        ? null
        : OtherPrograms.instead(failure.getCommandLine().getCommandSpec().qualifiedName(), word);
  }

  /** What a word resembles of those that can stand where it does. */
  private static List<String> inPlace(String word, Collection<String> known) {
    String meant = known.stream().filter(each -> begins(each, word)).findFirst().orElse(null);
    if (meant == null && word.length() <= TYPO_CHARS_MAX) {
      meant = Nearest.to(word, known, editsMax(word));
    }
    return meant == null ? List.of() : List.of(meant);
  }

  /**
   * Short words are near to each other: of three letters, {@code foo} is no {@code job}, and {@code
   * --all} no {@code --tls}.
   */
  private static int editsMax(String word) {
    return Math.min(TYPO_EDITS_MAX, word.replaceFirst("^--?", "").length() / 2);
  }

  /** What other stores and shells call by a word, if there is one command for it. */
  static @Nullable String synonym(String word, Collection<String> known) {
    for (Set<String> same : SYNONYMS) {
      if (same.contains(word)) {
        List<String> meant = known.stream().filter(same::contains).toList();
        if (meant.size() == 1) {
          return meant.getFirst();
        }
      }
    }
    return null;
  }

  /** The first word that the command does not know; null if it knows them all. */
  private static @Nullable String unknownWord(ParameterException failure) {
    if (failure instanceof UnmatchedArgumentException unmatched) {
      return unmatched.getUnmatched().isEmpty() ? null : unmatched.getUnmatched().getFirst();
    }
    if (failure instanceof MissingParameterException) {
      // A misspelt option is why the required one is missing, and the parser tells of that first.
      return failure.getCommandLine().getUnmatchedArguments().stream()
          .filter(each -> each.startsWith("-"))
          .findFirst()
          .orElse(null);
    }
    // So does 'quorate help' tell of a command that it cannot find.
    boolean isOfHelp = failure.getArgSpec() == null && failure.getValue() != null;
    return isOfHelp ? failure.getValue() : null;
  }

  private static String unknown(String word, CommandLine command) {
    String of = "'" + command.getCommandSpec().qualifiedName() + "'";
    if (word.startsWith("-")) {
      return "'" + word + "' is not an option of " + of;
    }
    return command.getSubcommands().isEmpty()
        ? "'" + word + "' is one argument too many for " + of
        : "'" + word + "' is not a command of " + of;
  }

  private static String message(ParameterException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
  }

  /** Whether one of two words is how the other begins. */
  private static boolean begins(String one, String other) {
    return Math.min(one.length(), other.length()) >= BEGINNING_CHARS_MIN
        && (one.startsWith(other) || other.startsWith(one));
  }
}
