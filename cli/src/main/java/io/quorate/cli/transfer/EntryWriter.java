package io.quorate.cli.transfer;

import io.quorate.client.ScanEntry;
import java.io.Closeable;
import java.io.IOException;

/** Writes entries in a form that {@code import --exported} reads back as they are. */
interface EntryWriter extends Closeable {
  void write(ScanEntry entry) throws IOException;
}
