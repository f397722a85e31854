package io.quorate.transport.event;

/** What a client asked for. */
public enum RequestKind {
  PUT,
  GET,
  DELETE,
  /** One page of a scan. */
  SCAN
}
