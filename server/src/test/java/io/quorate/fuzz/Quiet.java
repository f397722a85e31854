package io.quorate.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the parts under test from logging refusals, which every run has. */
public final class Quiet {
  private Quiet() {}

  public static void begin() {
    logger().setLevel(Level.OFF);
  }

  public static void end() {
    logger().setLevel(Level.INFO);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger("io.quorate");
  }
}
