package io.quorate.transport.event;

/** What a client asked for. */
public enum RequestKind {
  PUT,
  GET,
  DELETE,
  /** Of counters, sets and other fields. */
  UPDATE,
  /** One page of a scan. */
  SCAN
}
