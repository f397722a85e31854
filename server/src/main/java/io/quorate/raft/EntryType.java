package io.quorate.raft;

import io.quorate.bytes.MalformedBytesException;

/** What an entry of the log is for. The codes are on disk and on the wire: never reuse one. */
public enum EntryType {
  /** Bytes of the caller. */
  NORMAL(0),
  /** First entry of each leader, so that it can commit what it inherited (3.6.2); no payload. */
  NO_OP(1),
  /** A {@link Membership} that is in force from the moment it is in the log (4.1). */
  MEMBERSHIP(2);

  private final int code;

  EntryType(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static EntryType ofCode(int code) {
    for (EntryType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new MalformedBytesException("unknown entry type " + code);
  }
}
