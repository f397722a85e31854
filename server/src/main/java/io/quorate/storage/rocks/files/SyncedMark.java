package io.quorate.storage.rocks.files;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Remembers, beside the database, what of it was synced: up to which sequence number writes may
 * have been acknowledged, which manifest is in use and how long it is, and which logs were written
 * to. A database that comes back with less than this mark says has lost something. {@link
 * Inventory} compares them.
 *
 * <p>RocksDB ends a log, and a manifest, where its records no longer follow each other. That is
 * right for the torn end that a crash leaves. But a file that is damaged, cut or replaced by an
 * older one ends there too, and what was acknowledged behind would be gone without a word.
 *
 * <p>The mark is kept twice, in two files of one mapped page each. The sequence number is not
 * synced: it is set after the log was synced, so what of it reaches the device is never ahead of
 * the log, and a process that is killed leaves its last value to the operating system. The rest is
 * synced, since it changes seldom. All functions may be called from any thread.
 */
public final class SyncedMark {
  public static final String NAME = "synced";
  public static final String COPY = "synced.copy";

  /** What is left of a mark that was being created when the process died. */
  public static final String UNFINISHED = ".new";

  private static final int BYTES = 4096;
  private static final int STATE_AT = 64;
  private static final int STATE_HEADER_BYTES = 2 * Integer.BYTES;
  private static final int STATE_BYTES_MAX = BYTES - STATE_AT - STATE_HEADER_BYTES;
  private static final int LOGS_MAX = 128;

  /** Each with the sequence number and its CRC-32C, then {@link State} likewise. */
  private final List<MappedByteBuffer> pages;

  private final CRC32C crc = new CRC32C();
  private final boolean valid;
  private long sequence;
  private State state;

  /**
   * A write-ahead log.
   *
   * @param first sequence number in it
   */
  public record Log(long number, long first) {
    public String fileName() {
      return Inventory.numbered(number) + Inventory.LOG;
    }
  }

  /**
   * What changes seldom.
   *
   * @param generation grows with each change: of two copies, the one with the higher is believed
   * @param created whether the database has been created to its end
   * @param manifest number of the one in use
   * @param manifestBytes of it were synced
   * @param logs that may hold what no table file does
   */
  public record State(
      long generation, boolean created, long manifest, long manifestBytes, List<Log> logs) {
    public static final State NONE = new State(0, false, 0, 0, List.of());

    public State {
      logs = List.copyOf(logs);
    }
  }

  private SyncedMark(List<MappedByteBuffer> pages) {
    this.pages = pages;
    long newest = -1;
    State found = null;
    for (MappedByteBuffer page : pages) {
      newest = Math.max(newest, sequenceOf(page));
      State its = stateOf(page);
      if (its != null && (found == null || its.generation() > found.generation())) {
        found = its;
      }
    }
    this.valid = newest >= 0 && found != null;
    this.sequence = Math.max(newest, 0);
    this.state = found == null ? State.NONE : found;
  }

  /** The mark of a directory; null if there is none. */
  public static @Nullable SyncedMark find(Path directory) throws IOException {
    if (!Files.exists(directory.resolve(NAME)) && !Files.exists(directory.resolve(COPY))) {
      return null;
    }
    return new SyncedMark(List.of(map(directory.resolve(NAME)), map(directory.resolve(COPY))));
  }

  /** Creates the mark of a directory that is empty. */
  public static SyncedMark create(Path directory) throws IOException {
    for (String name : List.of(NAME, COPY)) {
      Path unfinished = directory.resolve(name + UNFINISHED);
      SyncedMark empty = new SyncedMark(List.of(map(unfinished)));
      empty.write();
      Files.move(unfinished, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
    try (FileChannel entries = FileChannel.open(directory)) {
      entries.force(true);
    }
    return new SyncedMark(List.of(map(directory.resolve(NAME)), map(directory.resolve(COPY))));
  }

  private static MappedByteBuffer map(Path path) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      // The page needs a block of its own: without one, setting the mark on a full disk would end
      // the process by a signal.
      while (file.size() < BYTES) {
        int missing = (int) (BYTES - file.size());
        int unused = file.write(ByteBuffer.allocate(missing), file.size());
      }
      return file.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
    }
  }

  /** Whether either copy can be believed. */
  public boolean isValid() {
    return valid;
  }

  /** Whether an older build wrote it, which kept the sequence number only, and once. */
  public boolean isOfOlderBuild() {
    ByteBuffer page = pages.getFirst();
    boolean noState = page.getInt(STATE_AT) == 0 && page.getInt(STATE_AT + Integer.BYTES) == 0;
    return !valid && noState && sequenceOf(page) >= 0;
  }

  /** The last sequence number that was synced; 0 if none ever was. */
  public synchronized long sequence() {
    return sequence;
  }

  public synchronized State state() {
    return state;
  }

  /** Writes up to this one were synced. */
  public synchronized void set(long now) {
    if (now > sequence) {
      sequence = now;
      for (MappedByteBuffer page : pages) {
        page.putLong(0, now);
        page.putInt(Long.BYTES, crc(page, 0, Long.BYTES));
      }
    }
  }

  /**
   * Remembers what the database consists of, durably.
   *
   * @param manifestBytes were synced, and say that the logs left out here are not needed
   */
  public synchronized void set(long manifest, long manifestBytes, List<Log> logs) {
    List<Log> last = logs.subList(Math.max(0, logs.size() - LOGS_MAX), logs.size());
    state = new State(state.generation() + 1, state.created(), manifest, manifestBytes, last);
    write();
  }

  /** The database has been created to its end. */
  public synchronized void created() {
    state =
        new State(
            state.generation() + 1, true, state.manifest(), state.manifestBytes(), state.logs());
    write();
  }

  private void write() {
    for (MappedByteBuffer page : pages) {
      page.putLong(0, sequence);
      page.putInt(Long.BYTES, crc(page, 0, Long.BYTES));
    }
    put(state);
    pages.forEach(MappedByteBuffer::force);
  }

  private void put(State next) {
    ByteBuffer bytes = ByteBuffer.allocate(STATE_BYTES_MAX);
    bytes.putLong(next.generation()).put((byte) (next.created() ? 1 : 0));
    bytes.putLong(next.manifest()).putLong(next.manifestBytes());
    bytes.putInt(next.logs().size());
    for (Log log : next.logs()) {
      bytes.putLong(log.number()).putLong(log.first());
    }
    bytes.flip();
    for (MappedByteBuffer page : pages) {
      page.putInt(STATE_AT + Integer.BYTES, bytes.limit());
      page.put(STATE_AT + STATE_HEADER_BYTES, bytes, 0, bytes.limit());
      page.putInt(STATE_AT, crc(page, STATE_AT + Integer.BYTES, Integer.BYTES + bytes.limit()));
    }
  }

  /** -1 if it is damaged. */
  private long sequenceOf(ByteBuffer page) {
    return page.getInt(Long.BYTES) == crc(page, 0, Long.BYTES) ? page.getLong(0) : -1;
  }

  /** Null if it is damaged. */
  private @Nullable State stateOf(ByteBuffer page) {
    int length = page.getInt(STATE_AT + Integer.BYTES);
    if (length < 0
        || length > STATE_BYTES_MAX
        || page.getInt(STATE_AT) != crc(page, STATE_AT + Integer.BYTES, Integer.BYTES + length)) {
      return null;
    }
    ByteBuffer bytes = page.slice(STATE_AT + STATE_HEADER_BYTES, length);
    try {
      long generation = bytes.getLong();
      boolean created = bytes.get() != 0;
      long manifest = bytes.getLong();
      long manifestBytes = bytes.getLong();
      List<Log> logs = new ArrayList<>();
      for (int left = bytes.getInt(); left > 0; left--) {
        logs.add(new Log(bytes.getLong(), bytes.getLong()));
      }
      return new State(generation, created, manifest, manifestBytes, logs);
    } catch (BufferUnderflowException malformed) {
      return null;
    }
  }

  private int crc(ByteBuffer page, int from, int length) {
    crc.reset();
    crc.update(page.slice(from, length));
    return (int) crc.getValue();
  }
}
