package io.quorate.cli.command;

import java.util.UUID;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Ids of requests as messages of commands and of nodes write them: with hyphens, or without. */
public final class RequestIds implements ITypeConverter<UUID> {
  private static final Pattern FORM =
      Pattern.compile(
          "\\p{XDigit}{8}(-?)\\p{XDigit}{4}\\1\\p{XDigit}{4}\\1\\p{XDigit}{4}\\1\\p{XDigit}{12}");

  @Override
  public UUID convert(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new TypeConversionException(
          "'"
              + text
              + "' is not a request id: give a UUID, as in 9cd9ab3b-b82e-406a-8d58-f46385c7ec17");
    }
    String digits = text.replace("-", "");
    return new UUID(
        Long.parseUnsignedLong(digits, 0, 16, 16), Long.parseUnsignedLong(digits, 16, 32, 16));
  }
}
