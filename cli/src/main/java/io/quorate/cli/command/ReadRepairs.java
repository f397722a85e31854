package io.quorate.cli.command;

import io.quorate.client.ReadRepair;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What reads do for replicas that are behind, as people write it. The modes are completed. */
public final class ReadRepairs implements ITypeConverter<ReadRepair>, Iterable<String> {
  @Override
  public ReadRepair convert(String text) {
    try {
      return ReadRepair.parse(text);
    } catch (IllegalArgumentException unknown) {
      throw new TypeConversionException(unknown.getMessage());
    }
  }

  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(ReadRepair.Mode.values())
        .map(mode -> mode.name().toLowerCase(Locale.ROOT))
        .iterator();
  }
}
