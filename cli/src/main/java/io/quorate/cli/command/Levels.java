package io.quorate.cli.command;

import io.quorate.client.Level;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Consistency levels as people write them. */
public final class Levels implements ITypeConverter<Level> {
  @Override
  public Level convert(String text) {
    try {
      return Level.parse(text);
    } catch (IllegalArgumentException unknown) {
      throw new TypeConversionException(unknown.getMessage());
    }
  }
}
