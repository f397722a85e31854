package io.quorate.cli.command;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two runs of a command off each other: a file that is locked while one goes on. A process
 * that ends, however it does, lets go of its locks, and may leave the file.
 */
public final class RunLock implements Closeable {
  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** The file cannot be locked, as on file systems that keep no locks. */
  public static final class CannotLockException extends IOException {
    private static final long serialVersionUID = 1;

    public CannotLockException(Path file, IOException why) {
      super(file + ": " + why.getMessage(), why);
    }
  }

  /** Locks a file that is open; returns null if another process has locked it. */
  interface Locking {
    @Nullable FileLock lock(FileChannel channel) throws IOException;
  }

  /**
   * Takes the lock; makes the file if it is not there. Returns null if another run has it.
   *
   * @throws CannotLockException if it cannot be locked; the file is left only if it was there
   */
  public static @Nullable RunLock take(Path file) throws IOException {
    return take(file, FileChannel::tryLock);
  }

  static @Nullable RunLock take(Path file, Locking locking) throws IOException {
    boolean made = false;
    try {
      Files.createFile(file);
      made = true;
    } catch (FileAlreadyExistsException ofAnotherRun) {
      // It may have ended.
    }
    try {
      return takeIfThere(file, locking);
    } catch (NoSuchFileException removed) {
      return null; // by a run that ends just now
    } catch (CannotLockException unlocked) {
      if (made) {
        Files.deleteIfExists(file);
      }
      throw unlocked;
    }
  }

  /**
   * Takes the lock of a file that is there. Returns null if another run has it.
   *
   * @throws NoSuchFileException if the file is not there
   */
  public static @Nullable RunLock takeIfThere(Path file) throws IOException {
    return takeIfThere(file, FileChannel::tryLock);
  }

  private static @Nullable RunLock takeIfThere(Path file, Locking locking) throws IOException {
    Object there = key(file);
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
    boolean taken = false;
    try {
      FileLock lock = locking.lock(channel);
      // A run that ends removes its file, and the next one makes another: the lock of the first
      // keeps off none of those that come later.
      taken = lock != null && Objects.equals(there, key(file));
    } catch (OverlappingFileLockException ofThisProcess) {
      // Another run in this process has it.
    } catch (FileSystemException named) {
      throw named;
    } catch (IOException cannotLock) {
      throw new CannotLockException(file, cannotLock);
    } finally {
      if (!taken) {
        channel.close();
      }
    }
    return taken ? new RunLock(file, channel) : null;
  }

  /** Tells a file from others that have had its name; null on systems that cannot. */
  private static @Nullable Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /** Removes the file, then lets go of the lock. */
  public void closeAndRemove() throws IOException {
    try {
      Files.deleteIfExists(file);
    } finally {
      channel.close();
    }
  }

  /** Lets go of the lock, and leaves the file. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
