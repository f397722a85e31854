package io.quorate.cli.backup;

import io.quorate.client.admin.BackupRecord;
import java.util.List;

/**
 * Some records of one partition, as they are kept together in a file.
 *
 * @param tenant its name when it was backed up
 * @param records in the order of their keys
 */
record Block(String tenant, int partition, List<BackupRecord> records) {
  Block {
    records = List.copyOf(records);
  }
}
