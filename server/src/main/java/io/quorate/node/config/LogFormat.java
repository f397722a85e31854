package io.quorate.node.config;

/** What a line of the log looks like. */
public enum LogFormat {
  TEXT,
  /** One JSON object a line. */
  JSON
}
