package io.quorate.cli.backup.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of one backup are kept. A file is there as a whole or not at all: whatever
 * happens while one is written, no reader sees a part of it.
 */
public interface BackupStore {
  /** Where it is, for people. */
  String place();

  /** Its name among the backups beside it. */
  String name();

  /** Where it is kept, and others beside it. */
  BackupPlace beside();

  /** Whether a backup was begun there, and is not deleted. */
  boolean holdsBackup() throws IOException;

  /**
   * Keeps all others off the backup until the result is closed. Makes the place if it is not there.
   *
   * @throws BusyException if another run holds it
   */
  Closeable lock() throws IOException;

  /**
   * Whether the lock of a run ends with its process. Else a run that is killed leaves it, and
   * {@link #lockIfLeft} finds nothing.
   */
  boolean lockEndsWithItsRun();

  /**
   * Does as {@link #lock} if a run that was killed has left the backup, and no other one works on
   * it.
   *
   * @return null if none has, or some run works on it, or that is not certain
   */
  @Nullable Closeable lockIfLeft() throws IOException;

  /**
   * Whether another run has taken the backup over from this one, which holds its lock. No if that
   * cannot be found out within two seconds: it is asked while the process ends.
   */
  boolean isTakenOver();

  /** Returns the bytes of each file of a backup by its name. Empty if there is no such place. */
  SortedMap<String, Long> list() throws IOException;

  /**
   * Returns the name of the next file of records of this run, which holds the lock. A run that was
   * taken over may still have one under way: where that is so, names of two runs differ.
   */
  String dataName(int number);

  /** Begins a file, which is not there before it is {@linkplain NewFile#commit committed}. */
  NewFile create(String name) throws IOException;

  /**
   * Opens a file at a byte, for a reader that may want little of it. Many may be open at once, and
   * take no more than a megabyte or two of memory each.
   */
  InputStream read(String name, long from) throws IOException;

  /** Opens a file from its beginning. */
  InputStream read(String name) throws IOException;

  /** Writes a small file, in place of one of the same name; it is on disk when this returns. */
  void put(String name, byte[] content) throws IOException;

  /** Deletes a file, so that it does not come back; does nothing if it is not there. */
  void delete(String name) throws IOException;

  /** Deletes what runs that were killed left of files that they were writing. */
  void discardUnfinished() throws IOException;

  /**
   * Deletes what the store itself keeps, and the place if nothing else is in it.
   *
   * @return false if the place is left, for it holds what no backup wrote
   */
  boolean remove() throws IOException;

  /** A file while it is written. Closing one that is not committed discards it. */
  interface NewFile extends Closeable {
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** Makes the file appear under its name; it is on disk when this returns. */
    void commit() throws IOException;
  }

  /** Another run works on the same backup. */
  final class BusyException extends IOException {
    private static final long serialVersionUID = 1;

    BusyException(String message) {
      super(message);
    }
  }
}
