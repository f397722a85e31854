package io.quorate.storage.rocks.database;

import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageFault.Kind;
import io.quorate.storage.crypt.ForgottenKeysException;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** What RocksDB's words mean here. */
public final class Faults {
  public static final StorageFault CLOSED =
      new StorageFault(Kind.CLOSED, "the storage of this node is closed");

  public static final StorageFault IMAGE_GONE =
      new StorageFault(Kind.CLOSED, "the image that was to be read is not there any more");

  /** In what RocksDB says of a failed read of a table file, and of nothing else. */
  private static final String READ = "While pread ";

  /** What the system then says of the device or the file: EIO by two C libraries, and its kin. */
  private static final List<String> LOST =
      List.of(
          "Input/output error",
          "I/O error",
          "No data available",
          "Structure needs cleaning",
          "Bad message");

  private Faults() {}

  /**
   * What a failure means.
   *
   * @param what was tried, for the message: "reading key ..."
   */
  public static StorageFault of(String what, RocksDBException failure) {
    Kind kind =
        switch (code(failure)) {
          case Corruption -> Kind.CORRUPT;
          case IOError ->
              isNoSpace(failure)
                  ? Kind.FULL
                  : isNoFile(failure) || isUnreadable(failure) ? Kind.CORRUPT : Kind.FAILED;
          default -> Kind.FAILED;
        };
    return new StorageFault(kind, what + " failed: " + failure.getMessage());
  }

  /** What it means that keys were forgotten: nothing is damaged, and nothing can be read. */
  public static StorageFault of(ForgottenKeysException forgotten) {
    return new StorageFault(Kind.FAILED, String.valueOf(forgotten.getMessage()));
  }

  /** Whether a read that was to touch memory only would have had to touch the disk. */
  public static boolean isIncomplete(RocksDBException failure) {
    return code(failure) == Status.Code.Incomplete;
  }

  static Status.Code code(RocksDBException failure) {
    Status status = failure.getStatus();
    return status == null ? Status.Code.Undefined : status.getCode();
  }

  /** A table file is gone, and with it what it held. */
  private static boolean isNoFile(RocksDBException failure) {
    return String.valueOf(failure.getMessage()).contains("No such file or directory");
  }

  /**
   * The device, or the file system, did not give back a part of a table file: with a wrong checksum
   * it would have lost no more. A read for which this process lacks something, such as memory, says
   * nothing about the file; nor does a write that failed.
   */
  private static boolean isUnreadable(RocksDBException failure) {
    String words = String.valueOf(failure.getMessage());
    return words.contains(READ) && LOST.stream().anyMatch(words::contains);
  }

  private static boolean isNoSpace(RocksDBException failure) {
    Status status = failure.getStatus();
    return status != null && status.getSubCode() == Status.SubCode.NoSpace;
  }
}
