package io.quorate.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.quorate.node.config.NodeConfig;
import io.quorate.storage.crypt.Encryption;
import io.quorate.storage.crypt.MasterKey;
import io.quorate.storage.crypt.MasterKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * The file of master keys, which an operator keeps: a line for each, with a word, the id of the key
 * and the key in base64. The first one encrypts; lines that begin with {@code #} are comments, in
 * whatever encoding: each byte is read and written as one character.
 */
public final class MasterKeyFile {
  private static final String WORD = "quorate-master-key-1";
  private static final int BYTES_MAX = 1 << 20;
  private static final int WORDS = 3;
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");

  private MasterKeyFile() {}

  /**
   * Reads the keys that a node is to use.
   *
   * @throws NodeStartException if there is a file and it cannot be used
   */
  static Encryption encryption(NodeConfig.Storage config) throws NodeStartException {
    Path file = config.masterKeyFile();
    if (file == null) {
      return new Encryption.Off();
    }
    try {
      return new Encryption.On(new MasterKeys(read(file), file.toString()), config.newKeyAfter());
    } catch (NoSuchFileException missing) {
      throw refused(
          "file %s of storage.master_key_file does not exist. Put it back; to make the first one, say `quorate security key %s`."
              .formatted(file, file),
          missing);
    } catch (IOException | IllegalArgumentException unusable) {
      throw refused(
          "file %s of storage.master_key_file cannot be used: %s. It is to hold what `quorate security key` wrote, readable by the user of the node."
              .formatted(file, unusable.getMessage()),
          unusable);
    }
  }

  private static NodeStartException refused(String message, Exception cause) {
    return new NodeStartException(message, NodeStartException.CONFIGURATION, cause);
  }

  private static List<MasterKey> read(Path file) throws IOException {
    List<String> lines;
    try (InputStream in = Files.newInputStream(file)) {
      lines = new String(in.readNBytes(BYTES_MAX), ISO_8859_1).lines().toList();
    }
    List<MasterKey> keys = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        keys.add(key(line, i + 1));
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("it holds no key");
    }
    return keys;
  }

  private static MasterKey key(String line, int number) {
    String[] words = line.split(" +", -1);
    if (words.length != WORDS || !words[0].equals(WORD)) {
      throw new IllegalArgumentException(
          "line %d does not consist of '%s', an id and a key".formatted(number, WORD));
    }
    MasterKey key;
    try {
      key = new MasterKey(Base64.getDecoder().decode(words[2]));
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException("the key in line %d is damaged".formatted(number));
    }
    if (!key.id().equals(words[1])) {
      throw new IllegalArgumentException(
          "the key in line %d is damaged: its id is not %s".formatted(number, key.id()));
    }
    return key;
  }

  /**
   * Writes a new key into a file that does not exist, which only its owner may read.
   *
   * @return the id of the key
   */
  public static String create(Path file) throws IOException {
    byte[] secret = MasterKey.newSecret();
    write(file, line(secret));
    syncDirectoryOf(file);
    return new MasterKey(secret).id();
  }

  /**
   * Writes a new key before those of a file; they stay, since they still decrypt. The file belongs
   * to whom it did before, who may not be the one that runs this.
   *
   * @return the id of the key
   * @throws IllegalArgumentException if the file is not one of master keys
   */
  public static String add(Path file) throws IOException {
    List<MasterKey> unused = read(file); // refuses what would be spoiled
    byte[] secret = MasterKey.newSecret();
    Path real = file.toRealPath();
    Path unfinished = real.resolveSibling(real.getFileName() + ".new");
    boolean unusedLeftover = Files.deleteIfExists(unfinished);
    write(unfinished, line(secret) + Files.readString(real, ISO_8859_1));
    giveToOwnerOf(real, unfinished);
    Files.move(unfinished, real, StandardCopyOption.ATOMIC_MOVE);
    syncDirectoryOf(real);
    return new MasterKey(secret).id();
  }

  private static void giveToOwnerOf(Path file, Path next) throws IOException {
    PosixFileAttributeView before = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    PosixFileAttributeView after = Files.getFileAttributeView(next, PosixFileAttributeView.class);
    if (before == null || after == null) {
      return;
    }
    PosixFileAttributes owned = before.readAttributes();
    PosixFileAttributes created = after.readAttributes();
    if (!owned.owner().equals(created.owner())) {
      after.setOwner(owned.owner());
    }
    if (!owned.group().equals(created.group())) {
      after.setGroup(owned.group());
    }
  }

  /** A node may use the new key at once: it has to be there after a power cut, too. */
  private static void syncDirectoryOf(Path file) throws IOException {
    try (FileChannel directory =
        FileChannel.open(file.toAbsolutePath().normalize().resolveSibling(""))) {
      directory.force(true);
    }
  }

  private static String line(byte[] secret) {
    return "%s %s %s\n"
        .formatted(WORD, new MasterKey(secret).id(), Base64.getEncoder().encodeToString(secret));
  }

  private static void write(Path file, String text) throws IOException {
    try (FileChannel out =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER))) {
      ByteBuffer bytes = ISO_8859_1.encode(text);
      while (bytes.hasRemaining()) {
        int unused = out.write(bytes);
      }
      out.force(true);
    }
  }
}
