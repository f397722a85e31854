package io.quorate.cli.process;

import java.security.Security;

/**
 * How long this process believes what it was told of a host name. By default the JVM remembers an
 * address for 30 s and a name without one for 10 s; for that long neither a node nor a command that
 * runs for long would find a node that has come back at a new address, as containers do. Names are
 * looked up only to connect.
 *
 * <p>The properties hold for the whole process, so that a node that runs in the process of an
 * application's tests must leave them alone: only the main functions of Quorate do so.
 */
public final class NameLookups {
  private static final String FOUND_SECONDS = "2";
  private static final String NOT_FOUND_SECONDS = "1";

  /** Of the JVM, for names that were not found. */
  private static final String USUAL_NOT_FOUND_SECONDS = "10";

  private NameLookups() {}

  /**
   * Has host names looked up again after seconds, unless the operator has said otherwise. Must be
   * called before the first look-up of the process, since the JVM reads these properties once.
   */
  public static void rememberBriefly() {
    if (Security.getProperty("networkaddress.cache.ttl") == null
        && System.getProperty("sun.net.inetaddr.ttl") == null) {
      Security.setProperty("networkaddress.cache.ttl", FOUND_SECONDS);
    }
    String notFound = Security.getProperty("networkaddress.cache.negative.ttl");
    if ((notFound == null || notFound.equals(USUAL_NOT_FOUND_SECONDS))
        && System.getProperty("sun.net.inetaddr.negative.ttl") == null) {
      Security.setProperty("networkaddress.cache.negative.ttl", NOT_FOUND_SECONDS);
    }
  }
}
