package io.quorate.cli.backup.file;

import java.util.List;

/**
 * Some records of one partition, as they are kept together in a file.
 *
 * @param tenant its name when it was backed up
 * @param records in the order of their keys
 */
public record Block(String tenant, int partition, List<StoredRecord> records) {
  public Block {
    records = List.copyOf(records);
  }
}
