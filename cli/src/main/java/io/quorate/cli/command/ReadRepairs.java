package io.quorate.cli.command;

import io.quorate.client.ReadRepair;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What reads do for replicas that are behind, as people write it. */
public final class ReadRepairs implements ITypeConverter<ReadRepair> {
  @Override
  public ReadRepair convert(String text) {
    try {
      return ReadRepair.parse(text);
    } catch (IllegalArgumentException unknown) {
      throw new TypeConversionException(unknown.getMessage());
    }
  }
}
