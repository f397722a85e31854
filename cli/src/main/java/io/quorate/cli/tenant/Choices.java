package io.quorate.cli.tenant;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** One of an enum, in small or capital letters, with hyphens or underscores between its words. */
record Choices(Class<?> type) implements ITypeConverter<Object> {
  @Override
  public Object convert(String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(each -> word(each).equals(text.toLowerCase(Locale.ROOT).replace('_', '-')))
        .findAny()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'"
                        + text
                        + "': give "
                        + Arrays.stream(type.getEnumConstants())
                            .map(Choices::word)
                            .collect(Collectors.joining(" or "))));
  }

  private static String word(Object value) {
    return ((Enum<?>) value).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
