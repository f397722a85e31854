package io.quorate.transport.codec.peer;

/** Numbers of the fields of {@code quorate.internal}'s messages. */
final class PeerFields {
  private PeerFields() {}

  /** PeerMessage: which message it is. */
  static final int WRITE_RECORD = 1;

  static final int WRITE_REPLY = 2;
  static final int READ_RECORD = 3;
  static final int READ_REPLY = 4;
  static final int READ_RANGE = 5;
  static final int RANGE_REPLY = 6;
  static final int FORWARD = 7;
  static final int FORWARDED = 8;
  static final int HEARTBEAT = 9;
  // 10 is Raft's, see PeerCodec.
  static final int COMPARE_TREE = 11;
  static final int TREE_REPLY = 12;
  static final int READ_VERSIONS = 13;
  static final int VERSIONS_REPLY = 14;
  static final int WRITE_RECORDS = 15;
  static final int WRITE_RECORDS_REPLY = 16;
  static final int READ_RECORDS = 17;
  static final int NOT_UNDERSTOOD = 18;
  static final int PROBE_VERSION = 19;
  static final int PROBE_REPLY = 20;
  static final int RELAY_WRITE = 21;
  static final int RELAYED_WRITE = 23;
  static final int PREPARE_BALLOT = 24;
  static final int PREPARE_REPLY = 25;
  static final int READ_BOUNDED_RANGE = 27;
  static final int READ_IMAGE = 29;
  static final int READ_HISTORY = 31;

  /** In all requests and replies, and in those to come. */
  static final int ID = 1;

  static final int NOT_UNDERSTOOD_KIND = 2;

  /** In all requests to replicas. */
  static final int PARTITION = 2;

  static final int EPOCH = 3;
  static final int TENANT = 4;

  /** In WriteRecord, ReadRecord, ProbeVersion and PrepareBallot. */
  static final int KEY = 5;

  /** In those, in ReadImage and in ReadHistory. */
  static final int TIMEOUT_MS = 8;

  static final int WRITE_RECORD_RECORD = 6;
  static final int WRITE_RECORD_CAUSE = 7;
  static final int CAUSE_FRESH = 1;
  static final int CAUSE_REPAIR = 2;
  static final int CAUSE_HINT = 3;
  static final int CAUSE_FENCED = 4;
  static final int CAUSE_WRITTEN_BACK = 5;

  /** In all replies of replicas. */
  static final int HLC = 2;

  static final int WRITE_REPLY_STORED = 3;
  static final int WRITE_REPLY_HOLDS_NEWER = 4;
  static final int WRITE_REPLY_STALE_EPOCH = 5;
  static final int WRITE_REPLY_REFUSED = 6;
  static final int WRITE_REPLY_BELOW_PROMISE = 7;
  static final int WRITE_REPLY_NOT_NOW = 8;
  static final int WRITE_REPLY_STORED_WHILE_FILLING = 20;
  static final int WRITE_REPLY_PROMISED_HIGHER = 21;
  static final int WRITE_REPLY_FENCE_FORGOTTEN = 22;

  static final int WRITE_RECORDS_ENTRIES = 5;
  static final int WRITE_RECORDS_TIMEOUT_MS = 6;

  static final int WRITE_RECORDS_REPLY_OUTCOMES = 3;
  static final int WRITE_RECORDS_REPLY_STALE_EPOCH = 4;
  static final int WRITE_RECORDS_REPLY_REFUSED = 5;

  static final int READ_RECORDS_KEYS = 5;
  static final int READ_RECORDS_BYTES_MAX = 6;
  static final int READ_RECORDS_TIMEOUT_MS = 7;

  /** In RelayWrite and RelayedWrite. */
  static final int RELAY_WRITE_WRITE = 2;

  static final int RELAY_WRITE_TO = 3;
  static final int RELAYED_WRITE_COORDINATOR = 3;

  static final int STALE_EPOCH_EPOCH = 1;

  static final int READ_RECORD_KNOWN = 6;
  static final int READ_RECORD_WANT = 7;
  static final int READ_RECORD_HLC = 9;
  static final int READ_RECORD_KNOWN_HASH = 10;
  static final int WANT_RECORD = 1;
  static final int WANT_VERSION = 2;

  static final int READ_REPLY_SAME = 3;
  static final int READ_REPLY_RECORD = 4;
  static final int READ_REPLY_VERSION = 5;
  static final int READ_REPLY_NOTHING = 6;
  static final int READ_REPLY_STALE_EPOCH = 7;
  static final int READ_REPLY_REFUSED = 8;
  static final int READ_REPLY_HASH = 9;

  static final int READ_RANGE_PREFIX = 5;
  static final int READ_RANGE_AFTER = 6;
  static final int READ_RANGE_RECORDS_MAX = 7;
  static final int READ_RANGE_BYTES_MAX = 8;
  static final int READ_RANGE_TIMEOUT_MS = 9;

  /** In ReadBoundedRange, which has those of ReadRange, too. */
  static final int READ_BOUNDED_RANGE_START = 10;

  static final int READ_BOUNDED_RANGE_END = 11;
  static final int READ_BOUNDED_RANGE_REVERSE = 12;

  static final int READ_IMAGE_AFTER = 5;
  static final int READ_IMAGE_RECORDS_MAX = 6;
  static final int READ_IMAGE_BYTES_MAX = 7;
  static final int READ_IMAGE_CUT = 9;
  static final int READ_IMAGE_PREFIX = 10;

  static final int READ_HISTORY_FROM = 5;
  static final int READ_HISTORY_VERSIONS_MAX = 6;
  static final int READ_HISTORY_BYTES_MAX = 7;

  static final int KEPT_VERSIONS_TENANT = 1;
  static final int KEPT_VERSIONS_SINCE = 2;
  static final int KEPT_VERSIONS_VERSIONS = 3;
  static final int KEPT_VERSIONS_NEXT = 4;
  static final int KEPT_VERSION_KEY = 1;
  static final int KEPT_VERSION_RECORD = 2;
  static final int KEPT_VERSION_UNTIL = 3;

  static final int RANGE_REPLY_ENTRIES = 3;
  static final int RANGE_REPLY_COMPLETE = 4;
  static final int RANGE_REPLY_STALE_EPOCH = 5;
  static final int RANGE_REPLY_REFUSED = 6;
  static final int RANGE_REPLY_TENANT = 7;
  static final int RANGE_REPLY_REACHED = 8;
  static final int RANGE_REPLY_NO_IMAGE = 9;
  static final int RANGE_REPLY_KEPT = 10;
  static final int RANGE_ENTRY_KEY = 1;
  static final int RANGE_ENTRY_RECORD = 2;

  static final int COMPARE_TREE_FACTOR = 4;
  static final int COMPARE_TREE_ROOT = 5;
  static final int COMPARE_TREE_TIMEOUT_MS = 6;
  static final int COMPARE_TREE_NEXT_FACTOR = 7;
  static final int COMPARE_TREE_BY_REGION = 8;
  static final int COMPARE_TREE_NEXT_BY_REGION = 9;

  static final int TREE_REPLY_SAME = 3;
  static final int TREE_REPLY_LEAVES = 4;
  static final int TREE_REPLY_UNKNOWN = 5;
  static final int TREE_REPLY_STALE_EPOCH = 6;
  static final int TREE_REPLY_REFUSED = 7;
  static final int TREE_REPLY_OFFERED = 8;

  static final int READ_VERSIONS_AFTER = 5;
  static final int READ_VERSIONS_RECORDS_MAX = 6;
  static final int READ_VERSIONS_BYTES_MAX = 7;
  static final int READ_VERSIONS_LEAVES = 8;
  static final int READ_VERSIONS_TIMEOUT_MS = 9;

  static final int VERSIONS_REPLY_TENANT = 3;
  static final int VERSIONS_REPLY_HELD = 4;
  static final int VERSIONS_REPLY_REACHED = 5;
  static final int VERSIONS_REPLY_COMPLETE = 6;
  static final int VERSIONS_REPLY_STALE_EPOCH = 7;
  static final int VERSIONS_REPLY_REFUSED = 8;
  static final int KEY_VERSION_KEY = 1;
  static final int KEY_VERSION_VERSION = 2;
  static final int KEY_VERSION_HASH = 3;

  static final int PROBE_VERSION_VERSION = 6;
  static final int PROBE_VERSION_RETRY = 7;

  static final int PROBE_REPLY_PROBED = 3;
  static final int PROBE_REPLY_STALE_EPOCH = 4;
  static final int PROBE_REPLY_REFUSED = 5;
  static final int PROBED_HELD = 1;
  static final int PROBED_PROMISED = 2;
  static final int PROBED_OFFERED = 3;
  static final int OFFERED_NEVER = 1;
  static final int OFFERED_ONCE = 2;
  static final int OFFERED_FORGOTTEN = 3;

  static final int PREPARE_BALLOT_BALLOT = 6;
  static final int PREPARE_BALLOT_MARK = 7;
  static final int MARK_UNASKED = 1;
  static final int MARK_HELD = 2;

  static final int PREPARE_REPLY_PROMISED = 3;
  static final int PREPARE_REPLY_PROMISED_HIGHER = 4;
  static final int PREPARE_REPLY_STALE_EPOCH = 5;
  static final int PREPARE_REPLY_REFUSED = 6;
  static final int PREPARE_REPLY_FENCE_FORGOTTEN = 7;
  static final int PROMISED_ACCEPTED = 1;

  static final int FORWARD_OPERATION = 2;
  static final int FORWARD_TIMEOUT_MS = 3;
  static final int FORWARDED_RESULT = 2;

  static final int HEARTBEAT_WALL_MS = 1;
  static final int HEARTBEAT_HLC = 2;
  static final int HEARTBEAT_WRITABLE = 3;
  static final int HEARTBEAT_SLOWDOWN = 4;
  static final int HEARTBEAT_SENT_NS = 5;
  static final int HEARTBEAT_ECHO = 6;
  static final int HEARTBEAT_DISK_MARK = 7;
  static final int ECHO_SENT_NS = 1;
  static final int ECHO_HELD_NS = 2;
}
