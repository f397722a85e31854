package io.quorate.storage.rocks.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.storage.StorageFault.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.Status.SubCode;

/** Which failures mean that something is lost, and which say nothing about what was written. */
final class FaultsTest {
  private static final String FILE = "/data/db/000012.sst: ";

  private static Kind kind(SubCode subCode, String words) {
    Status status = new Status(Status.Code.IOError, subCode, words);
    return Faults.of("a test", new RocksDBException(words, status)).kind();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Input/output error",
        "I/O error",
        "No data available",
        "Structure needs cleaning",
        "Bad message"
      })
  void whatTheDeviceDoesNotGiveBackIsDamage(String word) {
    assertThat(kind(SubCode.None, "While pread offset 4096 len 4113: " + FILE + word))
        .isEqualTo(Kind.CORRUPT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "While fdatasync: /data/db/000013.log: Input/output error",
        "While appending to file: " + FILE + "Input/output error",
        "While pwrite to file at offset 4096: " + FILE + "Input/output error",
        "While open a file for random read: " + FILE + "Too many open files",
        "While pread offset 4096 len 4113: " + FILE + "Cannot allocate memory",
        "While reading file sequentially: /data/db/MANIFEST-000004: Input/output error"
      })
  void whatSaysNothingAboutATableFileIsNot(String words) {
    assertThat(kind(SubCode.None, words)).isEqualTo(Kind.FAILED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"While appending to file: ", "While pread offset 4096 len 4113: "})
  void wantOfSpaceStaysWhatItIs(String doing) {
    assertThat(kind(SubCode.NoSpace, doing + FILE + "No space left on device"))
        .isEqualTo(Kind.FULL);
  }
}
