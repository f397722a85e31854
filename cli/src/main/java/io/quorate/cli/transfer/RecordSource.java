package io.quorate.cli.transfer;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The records of an input, in the order of the file. */
interface RecordSource {
  /**
   * The next record, good or bad; null at the end. A bad record never hides the ones after it.
   *
   * @throws IOException if the input itself cannot be read
   */
  @Nullable Item next() throws IOException;

  /** Bytes of the input behind what {@link #next} has returned so far. */
  long bytesRead();
}
