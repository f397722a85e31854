package io.quorate.transport.fact;

/** What a client asked for. */
public enum RequestKind {
  PUT,
  GET,
  DELETE,
  /** One page of a scan. */
  SCAN
}
