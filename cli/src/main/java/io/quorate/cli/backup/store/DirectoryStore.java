package io.quorate.cli.backup.store;

import io.quorate.cli.command.RunLock;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of its own for a backup. A file is written under another name, synced and renamed,
 * and the directory is synced after that: so a crash of the machine leaves it whole or not there.
 */
public final class DirectoryStore implements BackupStore {
  private static final String PART = ".part";
  private static final String LOCK = "backup.lock";
  private static final Set<PosixFilePermission> OWNER_ALONE =
      PosixFilePermissions.fromString("rwx------");

  private final Path directory;

  public DirectoryStore(Path directory) {
    this.directory = directory;
  }

  /**
   * Whether a backup was begun in the directory, and is not deleted.
   *
   * @throws IOException if that cannot be seen, as in a directory of another user
   */
  public static boolean holdsBackup(Path directory) throws IOException {
    return !Files.isRegularFile(directory)
        && (isThere(directory.resolve(FileNames.MANIFEST))
            || isThere(directory.resolve(FileNames.PROGRESS))
            || isThere(directory.resolve(LOCK)));
  }

  /** {@link Files#exists} says no of what it cannot see, and so of the backup of another user. */
  private static boolean isThere(Path file) throws IOException {
    try {
      Files.readAttributes(file, BasicFileAttributes.class);
      return true;
    } catch (NoSuchFileException none) {
      return false;
    }
  }

  @Override
  public String place() {
    return directory.toString();
  }

  @Override
  public String name() {
    return String.valueOf(absolute().getFileName());
  }

  @Override
  public BackupPlace beside() {
    Path parent = absolute().getParent();
    return new DirectoryPlace(parent == null ? directory : parent);
  }

  private Path absolute() {
    return directory.toAbsolutePath().normalize();
  }

  @Override
  public boolean holdsBackup() throws IOException {
    return holdsBackup(directory);
  }

  @Override
  public Closeable lock() throws IOException {
    if (!Files.isDirectory(directory)) {
      make();
      Path parent = directory.toAbsolutePath().getParent();
      if (parent != null) {
        sync(parent);
      }
    } else if (!holdsBackup(directory)) {
      if (!isEmpty()) {
        throw new IOException(place() + ": is no backup, and holds other files: give another name");
      }
      closeToOthers();
    }
    Closeable lock = RunLock.take(directory.resolve(LOCK));
    if (lock == null) {
      throw new BusyException(
          place() + ": another run works on this backup: wait until it has ended");
    }
    return lock;
  }

  @Override
  public boolean lockEndsWithItsRun() {
    return true;
  }

  @Override
  public @Nullable Closeable lockIfLeft() throws IOException {
    try {
      return RunLock.takeIfThere(directory.resolve(LOCK));
    } catch (NoSuchFileException none) {
      return null; // a run that is killed leaves it
    }
  }

  @Override
  public boolean isTakenOver() {
    return false;
  }

  /** Makes the directory for its user alone: all values are in it, as they are. */
  private void make() throws IOException {
    if (hasPermissions()) {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ALONE));
    } else {
      Files.createDirectory(directory);
    }
  }

  /**
   * Takes the rights on an empty directory from all others, as if it had been made. The rights on
   * one in which a backup was begun are left, as its user may have given them on purpose.
   */
  private void closeToOthers() throws IOException {
    if (hasPermissions() && !Files.getPosixFilePermissions(directory).equals(OWNER_ALONE)) {
      try {
        Files.setPosixFilePermissions(directory, OWNER_ALONE);
      } catch (FileSystemException ofAnotherUser) {
        throw new IOException(
            place() + ": is a directory that others may read, and stays so: give another name",
            ofAnotherUser);
      }
    }
  }

  private boolean hasPermissions() {
    return directory.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  @Override
  public SortedMap<String, Long> list() throws IOException {
    SortedMap<String, Long> found = new TreeMap<>();
    for (Path file : files()) {
      String name = String.valueOf(file.getFileName());
      if (FileNames.isOurs(name)) {
        found.put(name, Files.size(file));
      }
    }
    return found;
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.findAny().isEmpty();
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).toList();
    } catch (NoSuchFileException none) {
      return List.of();
    }
  }

  @Override
  public String dataName(int number) {
    return FileNames.data(number);
  }

  @Override
  public NewFile create(String name) throws IOException {
    Path part = directory.resolve(name + PART);
    FileChannel channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    return new Part(part, directory.resolve(name), channel);
  }

  @Override
  public InputStream read(String name) throws IOException {
    return Files.newInputStream(directory.resolve(name));
  }

  @Override
  public InputStream read(String name, long from) throws IOException {
    return Channels.newInputStream(
        Files.newByteChannel(directory.resolve(name), StandardOpenOption.READ).position(from));
  }

  @Override
  public void put(String name, byte[] content) throws IOException {
    try (NewFile file = create(name)) {
      file.write(content, 0, content.length);
      file.commit();
    }
  }

  @Override
  public void delete(String name) throws IOException {
    if (Files.deleteIfExists(directory.resolve(name))) {
      sync(directory);
    }
  }

  @Override
  public void discardUnfinished() throws IOException {
    for (Path file : files()) {
      String name = String.valueOf(file.getFileName());
      if (name.endsWith(PART)
          && FileNames.isOurs(name.substring(0, name.length() - PART.length()))) {
        Files.deleteIfExists(file);
      }
    }
  }

  @Override
  public boolean remove() throws IOException {
    discardUnfinished();
    Files.deleteIfExists(directory.resolve(LOCK));
    try {
      Files.deleteIfExists(directory);
      return true;
    } catch (DirectoryNotEmptyException others) {
      return false;
    }
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      entries.force(true);
    } catch (IOException failed) {
      throw named(directory, failed);
    }
  }

  /** A full disk is reported without the name of the file. */
  private static IOException named(Path file, IOException failure) {
    return failure instanceof FileSystemException
        ? failure
        : new IOException(file + ": " + failure.getMessage(), failure);
  }

  /** A file under the name that it has until it is whole. */
  private final class Part implements NewFile {
    private final Path part;
    private final Path whole;
    private final FileChannel channel;

    private Part(Path part, Path whole, FileChannel channel) {
      this.part = part;
      this.whole = whole;
      this.channel = channel;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        ByteBuffer left = ByteBuffer.wrap(bytes, offset, length);
        while (left.hasRemaining()) {
          channel.write(left);
        }
      } catch (IOException failed) {
        throw named(part, failed);
      }
    }

    @Override
    public void commit() throws IOException {
      try {
        channel.force(true);
        channel.close();
      } catch (IOException failed) {
        throw named(part, failed);
      }
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      sync(directory);
    }

    @Override
    public void close() throws IOException {
      channel.close();
      Files.deleteIfExists(part); // nothing is there under this name once it is committed
    }
  }
}
