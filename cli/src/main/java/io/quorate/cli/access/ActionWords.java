package io.quorate.cli.access;

import io.quorate.client.admin.Action;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Actions as they are typed and printed: words in small letters, with commas between them. Each is
 * completed.
 */
final class ActionWords implements ITypeConverter<ActionWords.Typed>, Iterable<String> {
  /**
   * Actions that were typed in one word of the command line. Of a collection, the parser would take
   * each word for an element.
   */
  record Typed(Set<Action> actions) {}

  /** About the keys of tenants, so that it matters of which tenant. */
  private static final Set<Action> OF_KEYS =
      EnumSet.of(Action.READ, Action.SCAN, Action.WRITE, Action.DELETE);

  @Override
  public Typed convert(String text) {
    Set<Action> actions = EnumSet.noneOf(Action.class);
    for (String word : text.split(",", -1)) {
      actions.add(action(word.strip()));
    }
    return new Typed(actions);
  }

  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(Action.values()).map(ActionWords::word).iterator();
  }

  private static Action action(String word) {
    return Arrays.stream(Action.values())
        .filter(each -> word(each).equalsIgnoreCase(word))
        .findAny()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'"
                        + word
                        + "' is no action: give one or more of "
                        + words(Arrays.stream(Action.values()), ", ")
                        + ", with commas between them"));
  }

  static String word(Action action) {
    return action.name().toLowerCase(Locale.ROOT);
  }

  static String words(Stream<Action> actions, String between) {
    return actions.map(ActionWords::word).collect(Collectors.joining(between));
  }

  /** Those of the actions that are about keys of tenants. */
  static Set<Action> ofKeys(Set<Action> actions) {
    Set<Action> found = EnumSet.copyOf(OF_KEYS);
    found.retainAll(actions);
    return found;
  }
}
