package io.quorate.storage.rocks.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.storage.rocks.format.DataKey;
import io.quorate.storage.rocks.format.HintKey;
import io.quorate.storage.rocks.format.HistoryKey;
import io.quorate.storage.rocks.format.NoteKey;
import io.quorate.storage.rocks.format.RaftKey;
import java.util.Locale;

/** The column families of this version. A database may hold more, from a newer one. */
public enum Family {
  /** Records, see {@link DataKey}; those that were written again lie in {@link RecordFamily}. */
  DATA,
  /** What is owed to other nodes, see {@link HintKey}. */
  HINTS,
  /** Hints that their targets refuse, see {@link HintKey}. */
  DEAD_LETTERS,
  /** What Raft must not forget, see {@link RaftKey}. */
  RAFT,
  /** Hash trees that go from one start to the next, see {@code RocksTreeStore}. */
  TREES,
  /** Versions that were offered to this node, see {@link NoteKey}; since release 0.2. */
  NOTES,
  /** Versions that were replaced, see {@link HistoryKey}; since release 0.2. */
  HISTORY,
  /** Format of the directory, identity of the node. */
  META;

  String familyName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public byte[] bytes() {
    return familyName().getBytes(UTF_8);
  }
}
