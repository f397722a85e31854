package io.quorate.transport.audit;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is kept for an audit.
 *
 * @param change whether something was changed, or may have been; of all else there may be a flood
 * @param event a short fixed word for what happened
 * @param action what was done, as the full name of a method; null if it was no call
 * @param from host:port that it came from; null if it is not known, or it was this node itself
 * @param user as which the caller is known; null if it is not asked for that
 * @param certificate its subject; null if none was shown
 * @param arguments JSON; null if there are none
 * @param outcome OK, or why not, as a word
 * @param why for people; null if there is nothing to say
 */
public record AuditRecord(
    boolean change,
    String event,
    @Nullable String action,
    @Nullable String from,
    @Nullable String user,
    @Nullable String certificate,
    @Nullable String arguments,
    String outcome,
    @Nullable String why) {
  public static final String OK = "OK";

  /** What a person says to a cluster is shorter. */
  static final int ARGUMENT_CHARS_MAX = 16_384;

  private static final int WHY_CHARS_MAX = 1_000;

  public AuditRecord {
    if (arguments != null && arguments.length() > ARGUMENT_CHARS_MAX) {
      arguments = "{\"chars\":" + arguments.length() + "}";
    }
    if (why != null && why.length() > WHY_CHARS_MAX) {
      why = why.substring(0, WHY_CHARS_MAX) + "...";
    }
  }
}
