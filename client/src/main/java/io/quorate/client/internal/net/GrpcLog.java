package io.quorate.client.internal.net;

import io.quorate.client.internal.engine.Connection;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps gRPC from telling again and again, by java.util.logging and with a stack trace each time,
 * that a name cannot be resolved: the client tells it itself, once ({@link Connection}), and in the
 * exceptions of the calls that fail for it. The logger is that of all gRPC channels of the process,
 * and still tells of what goes wrong inside of them; a level that the application has set is left
 * alone.
 */
public final class GrpcLog {
  /** Held, for java.util.logging forgets the settings of loggers that are garbage-collected. */
  private static final Logger CHANNELS = Logger.getLogger("io.grpc.internal.ManagedChannelImpl");

  private GrpcLog() {}

  public static void silence() {
    if (CHANNELS.getLevel() == null) {
      CHANNELS.setLevel(Level.SEVERE);
    }
  }
}
