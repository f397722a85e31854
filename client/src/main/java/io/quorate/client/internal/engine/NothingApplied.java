package io.quorate.client.internal.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of what is said of a refusal that nothing was applied. It is true of the attempt that
 * was refused. Where an earlier attempt may have been applied, it would be read as true of the
 * call.
 */
final class NothingApplied {
  private static final Pattern SAID =
      Pattern.compile("(^|[.;:,]? )nothing was applied", Pattern.CASE_INSENSITIVE);

  private static final Pattern FIRST =
      Pattern.compile("^nothing was applied[.;:,]? ?", Pattern.CASE_INSENSITIVE);

  private NothingApplied() {}

  /** Returns a message without these words, and with the advice that may follow them. */
  static String without(String message) {
    String rest = FIRST.matcher(message).replaceFirst("");
    return SAID.matcher(rest).replaceAll("");
  }

  /** Returns only the cause: what is said before these words, if that is anything. */
  static String causeOf(String message) {
    String rest = FIRST.matcher(message).replaceFirst("");
    Matcher said = SAID.matcher(rest);
    return said.find() ? rest.substring(0, said.start()) : rest;
  }
}
