package io.quorate.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.CommandTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;

/** An option that takes one of a few words offers them, and none that it does not take. */
class CompletedWordsTest {
  /** Classes that read what there is no list of. */
  private static final Set<String> OPEN =
      Set.of(
          "ByteCounts",
          "ContextOption.Converter",
          "Durations",
          "Moments",
          "ReplicationFactors",
          "RequestIds",
          "Versions");

  private static List<ArgSpec> arguments(CommandLine command) {
    List<ArgSpec> found = new ArrayList<>(command.getCommandSpec().args());
    command.getSubcommands().values().forEach(each -> found.addAll(arguments(each)));
    return found;
  }

  private static List<String> offered(ArgSpec argument) {
    Iterable<String> words = argument.completionCandidates();
    return words == null ? List.of() : StreamSupport.stream(words.spliterator(), false).toList();
  }

  @Test
  void whatTakesOneOfAFewWordsOffersThem() {
    List<ArgSpec> arguments = arguments(CommandTree.all());
    assertThat(arguments).hasSizeGreaterThan(500);
    for (ArgSpec argument : arguments) {
      for (ITypeConverter<?> converter : argument.converters()) {
        String name = converter.getClass().getName().replaceFirst(".*\\.", "").replace('$', '.');
        if (!OPEN.contains(name)) {
          assertThat(offered(argument)).as("%s, which %s reads", argument, name).isNotEmpty();
        }
      }
      if (argument.type().isEnum()) {
        assertThat(offered(argument)).as("%s", argument).isNotEmpty();
      }
    }
  }

  @Test
  void whatIsOfferedIsTaken() throws Exception {
    for (ArgSpec argument : arguments(CommandTree.all())) {
      for (String word : offered(argument)) {
        for (ITypeConverter<?> converter : argument.converters()) {
          assertThat(converter.convert(word)).as("%s of %s", word, argument).isNotNull();
        }
      }
    }
  }

  /** As a person would type them. */
  @Test
  void whatTheHelpNamesIsOffered() {
    for (ArgSpec argument : arguments(CommandTree.all())) {
      if (argument.paramLabel().matches("[a-z]+(\\|[a-z]+)+")) {
        assertThat(offered(argument))
            .as("%s", argument)
            .containsExactlyInAnyOrder(argument.paramLabel().split("\\|"));
      }
    }
  }
}
