package io.quorate.transport.audit;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is kept for an audit.
 *
 * @param event a short fixed word for what happened
 * @param action what was done, as the full name of a method; null if it was no call
 * @param from host:port that it came from; null if it is not known, or it was this node itself
 * @param user as its certificate names it; null if none was shown
 * @param arguments JSON; null if there are none
 * @param outcome OK, or why not, as a word
 * @param why for people; null if there is nothing to say
 */
public record AuditRecord(
    String event,
    @Nullable String action,
    @Nullable String from,
    @Nullable String user,
    @Nullable String arguments,
    String outcome,
    @Nullable String why) {
  public static final String OK = "OK";

  boolean isRefusal() {
    return !outcome.equals(OK);
  }
}
