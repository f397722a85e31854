package io.quorate.cli.command;

import io.quorate.client.Version;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Versions of keys, as commands print them. */
public final class Versions implements ITypeConverter<Version> {
  @Override
  public Version convert(String text) {
    try {
      return Version.parse(text);
    } catch (IllegalArgumentException none) {
      throw new TypeConversionException(none.getMessage());
    }
  }
}
