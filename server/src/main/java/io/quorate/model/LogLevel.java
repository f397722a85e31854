package io.quorate.model;

/** How much is logged: lines of a level, and of all before it. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG,
  TRACE
}
