package io.quorate.cli.command;

import io.quorate.client.Level;
import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Consistency levels as people write them. Those with names are completed. */
public final class Levels implements ITypeConverter<Level>, Iterable<String> {
  @Override
  public Level convert(String text) {
    try {
      return Level.parse(text);
    } catch (IllegalArgumentException unknown) {
      throw new TypeConversionException(unknown.getMessage());
    }
  }

  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(Level.Named.values()).map(Level.Named::name).iterator();
  }
}
