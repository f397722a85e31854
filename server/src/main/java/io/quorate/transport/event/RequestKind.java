package io.quorate.transport.event;

/** What a client asked for. */
public enum RequestKind {
  PUT,
  GET,
  DELETE,
  /** Of counters, sets and other fields. */
  UPDATE,
  /** Of the number that a linearizable key has. */
  INCREMENT,
  /** Of the map that a linearizable key has. */
  UPDATE_FIELDS,
  /** One page of a scan. */
  SCAN
}
