package io.quorate.cli.command;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * One of an enum, in small or capital letters, with hyphens or underscores between its words. What
 * it iterates over is completed.
 */
public class Choices implements ITypeConverter<Object>, Iterable<String> {
  private final Class<?> type;

  /**
   * @param type an enum
   */
  public Choices(Class<?> type) {
    this.type = type;
  }

  @Override
  public Object convert(String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(each -> word(each).equals(text.toLowerCase(Locale.ROOT).replace('_', '-')))
        .findAny()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'" + text + "': give " + words().collect(Collectors.joining(" or "))));
  }

  @Override
  public Iterator<String> iterator() {
    return words().iterator();
  }

  private Stream<String> words() {
    return Arrays.stream(type.getEnumConstants()).map(Choices::word);
  }

  private static String word(Object value) {
    return ((Enum<?>) value).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
