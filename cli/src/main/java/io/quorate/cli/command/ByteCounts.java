package io.quorate.cli.command;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers of bytes as people write them: {@code 4096}, {@code 64KiB}, {@code 50MB}. */
public final class ByteCounts implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})([kKMG]B|[KMG]iB)?|\\d{1,18}");

  @Override
  public Long convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'"
              + text
              + "' is not a number of bytes: write it plainly, or with kB, MB, GB, KiB, MiB or"
              + " GiB");
    }
    if (matcher.group(2) == null) {
      return Long.parseLong(text);
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "kB", "KB" -> number * 1_000;
      case "MB" -> number * 1_000_000;
      case "GB" -> number * 1_000_000_000;
      case "KiB" -> number << 10;
      case "MiB" -> number << 20;
      default -> number << 30;
    };
  }
}
