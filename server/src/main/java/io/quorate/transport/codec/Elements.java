package io.quorate.transport.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;

/**
 * Bounds on what one message of another node holds or asks for. What nodes send stays far below
 * them; without them a message of 16 MiB could become gigabytes of objects, or of answers.
 */
public final class Elements {
  /** Entries, keys, versions or outcomes in one message; a page has 10,000 at most. */
  public static final int MAX = 16_384;

  /** Ids of replicas in one answer; a partition has far fewer. */
  static final int NODES_MAX = 1_024;

  /** Bytes of a page that can be asked for; this node asks for 4 MiB. */
  private static final int PAGE_BYTES_MAX = 16 << 20;

  private Elements() {}

  /**
   * Called before an element is read.
   *
   * @throws InvalidProtocolBufferException if there are as many as there may be
   */
  public static void checkRoom(List<?> before, String what) throws InvalidProtocolBufferException {
    if (before.size() >= MAX) {
      throw new InvalidProtocolBufferException("more than " + MAX + " " + what);
    }
  }

  /** How many records of a page are given, where {@code asked} is an unsigned number. */
  public static int records(int asked) {
    return asked < 0 || asked > MAX ? MAX : asked;
  }

  /** How many bytes of a page are given, where {@code asked} is an unsigned number. */
  public static int pageBytes(int asked) {
    return asked < 0 || asked > PAGE_BYTES_MAX ? PAGE_BYTES_MAX : asked;
  }
}
