package io.quorate.cli.transfer;

import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file under the name that it has until it is whole, {@code FILE.<16 hexadecimal digits>.part}.
 *
 * <p>Each has a name of its own: of two exports to one file, the first must not be given the name
 * with what the second has written into it. Each is locked for as long as its process works on it,
 * until it has its name: what is not locked was left by a process that was killed.
 *
 * <p>There are values in it, so its owner alone may read it. Of a file that it replaces it takes
 * the owner, the group and the permissions.
 */
final class PartFile implements Closeable {
  private static final Pattern RANDOM_PART = Pattern.compile("[.][0-9a-f]{16}[.]part");

  /** Another run takes a file for a leftover only between its creation and its lock. */
  private static final int ATTEMPTS_MAX = 10;

  private static final Set<OpenOption> CREATE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final FileAttribute<Set<PosixFilePermission>> FOR_OWNER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final Set<PosixFilePermission> OF_GROUP =
      PosixFilePermissions.fromString("---rwx---");

  private final Path part;
  private final Path whole;
  private final FileChannel channel;
  private final Disk disk;

  /** Has what was written on the disk when it returns. */
  interface Disk {
    Disk REAL = (path, channel) -> channel.force(true);

    /**
     * @param path of the file, or of the directory whose entries are meant
     * @param channel open for it: to close another one would release the lock of the file
     */
    void force(Path path, FileChannel channel) throws IOException;
  }

  private PartFile(Path part, Path whole, FileChannel channel, Disk disk) {
    this.part = part;
    this.whole = whole;
    this.channel = channel;
    this.disk = disk;
  }

  /**
   * Removes what killed runs have left of the same file, and begins another part.
   *
   * @throws IOException if there can be no such file
   */
  static PartFile of(Path whole) throws IOException {
    return of(whole, Disk.REAL);
  }

  static PartFile of(Path whole, Disk disk) throws IOException {
    removeLeftovers(whole);
    SecureRandom random = new SecureRandom();
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Path part = Path.of("%s.%016x.part".formatted(whole, random.nextLong()));
      FileChannel channel = create(part);
      if (isHeld(part, channel)) {
        return new PartFile(part, whole, channel, disk);
      }
      channel.close();
      Files.deleteIfExists(part);
    }
    throw new IOException(whole + ": other runs take away what this one writes");
  }

  private static FileChannel create(Path part) throws IOException {
    boolean hasPermissions = part.getFileSystem().supportedFileAttributeViews().contains("posix");
    return hasPermissions
        ? FileChannel.open(part, CREATE, FOR_OWNER)
        : FileChannel.open(part, CREATE);
  }

  /** Locks a part that was created just now; false if another run has taken it for a leftover. */
  private static boolean isHeld(Path part, FileChannel channel) {
    try {
      return channel.tryLock() != null && Files.exists(part);
    } catch (OverlappingFileLockException takenAway) {
      return false;
    } catch (IOException noLocks) {
      return true; // a file system without locks, on which nothing is taken for a leftover
    }
  }

  private static void removeLeftovers(Path whole) throws IOException {
    for (Path each : parts(whole)) {
      // Closing the channel releases the lock, after the file is gone.
      try (FileChannel channel = FileChannel.open(each, StandardOpenOption.WRITE)) {
        if (channel.tryLock() != null) {
          Files.deleteIfExists(each);
        }
      } catch (OverlappingFileLockException ofThisProcess) {
        // It is being written.
      } catch (IOException ofOthers) {
        // It is gone by now, is of another user, or cannot be locked: it stays.
      }
    }
  }

  private static List<Path> parts(Path whole) throws IOException {
    Path directory = whole.toAbsolutePath().getParent();
    if (directory == null) {
      return List.of();
    }
    String name = String.valueOf(whole.getFileName());
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(each -> isPart(String.valueOf(each.getFileName()), name))
          .filter(each -> Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS))
          .toList();
    } catch (NoSuchFileException | AccessDeniedException notListed) {
      return List.of(); // a directory in which a user may write and not look
    }
  }

  private static boolean isPart(String file, String whole) {
    return file.startsWith(whole) && RANDOM_PART.matcher(file.substring(whole.length())).matches();
  }

  /** Returns what writes the file. To close it leaves the file locked. */
  Writer writer() {
    OutputStream out =
        new FilterOutputStream(Channels.newOutputStream(channel)) {
          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
          }

          @Override
          public void close() throws IOException {
            flush();
          }
        };
    return new OutputStreamWriter(out, StandardCharsets.UTF_8);
  }

  /**
   * Gives the file its name, in place of what has it; to be called once all is written. A machine
   * that loses power has the file whole under that name, or what had it before.
   */
  void commit() throws IOException {
    takeAfter();
    disk.force(part, channel);
    Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING);
    forceName();
  }

  /** Lets those read it who may read the file that it replaces, and no one else. */
  private void takeAfter() throws IOException {
    PosixFileAttributeView before = Files.getFileAttributeView(whole, PosixFileAttributeView.class);
    PosixFileAttributeView own = Files.getFileAttributeView(part, PosixFileAttributeView.class);
    if (before == null || own == null) {
      return;
    }
    PosixFileAttributes replaced;
    try {
      replaced = before.readAttributes();
    } catch (NoSuchFileException none) {
      return;
    }
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    permissions.addAll(replaced.permissions());
    PosixFileAttributes created = own.readAttributes();
    if (!created.group().equals(replaced.group())
        && !isGiven(() -> own.setGroup(replaced.group()))) {
      permissions.removeAll(OF_GROUP); // they would be those of another group
    }
    if (!created.owner().equals(replaced.owner())) {
      boolean unused = isGiven(() -> own.setOwner(replaced.owner())); // root may, others may not
    }
    if (!own.readAttributes().permissions().equals(permissions)) {
      own.setPermissions(permissions);
    }
  }

  private interface Giving {
    void give() throws IOException;
  }

  private static boolean isGiven(Giving giving) throws IOException {
    try {
      giving.give();
      return true;
    } catch (FileSystemException refused) {
      return false;
    }
  }

  private void forceName() throws IOException {
    Path directory = whole.toAbsolutePath().getParent();
    if (directory == null) {
      return;
    }
    try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      disk.force(directory, entries);
    } catch (AccessDeniedException notListed) {
      // A directory in which a user may write and not look: the system writes it in its own time.
    }
  }

  /** Removes the file, unless it has its name by now. */
  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(part);
    } finally {
      channel.close();
    }
  }
}
