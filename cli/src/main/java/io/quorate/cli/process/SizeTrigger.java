package io.quorate.cli.process;

import ch.qos.logback.core.rolling.TriggeringPolicyBase;
import ch.qos.logback.core.util.FileSize;
import java.io.File;

/**
 * Begins another file when one has reached its size, and looks before each line: a file has its
 * size and one line at most. The policy of the library looks once in a while by the clock: a file
 * grows by all that is logged meanwhile, or, when the clock is set back, until that time has come
 * again.
 */
public final class SizeTrigger<E> extends TriggeringPolicyBase<E> {
  private long bytesMax = Long.MAX_VALUE;

  /** Sets the size of a file, as the configuration has it. */
  public void setMaxFileSize(FileSize size) {
    bytesMax = size.getSize();
  }

  @Override
  public boolean isTriggeringEvent(File active, E event) {
    return active.length() >= bytesMax;
  }
}
