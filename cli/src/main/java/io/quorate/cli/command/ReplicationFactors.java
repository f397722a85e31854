package io.quorate.cli.command;

import io.quorate.client.admin.ReplicationFactor;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Replication factors as people write them: a number, or one for each region. */
public final class ReplicationFactors implements ITypeConverter<ReplicationFactor> {
  @Override
  public ReplicationFactor convert(String text) {
    try {
      return ReplicationFactor.parse(text);
    } catch (IllegalArgumentException unknown) {
      throw new TypeConversionException(unknown.getMessage());
    }
  }
}
