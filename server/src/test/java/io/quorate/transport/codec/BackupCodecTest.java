package io.quorate.transport.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quorate.hash.ContentHash;
import io.quorate.model.NodeId;
import io.quorate.proto.v1.BackupRecord;
import io.quorate.proto.v1.ReadBackupPageResponse;
import io.quorate.replication.api.BackupPlane.Item;
import io.quorate.replication.api.ScanPage;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackupCodecTest {
  private static final long TIME = 1_800_000_000_000L << 16;

  private static Record record(long hlc) {
    return Record.value(new Version(0, hlc, new NodeId(7), 1), 3, 0, "some value".getBytes(UTF_8));
  }

  private static BackupRecord sent(Record record, long since) {
    Item item = new Item("k".getBytes(UTF_8), record);
    return BackupCodec.page(List.of(item), null, false, since, TIME).getRecords(0);
  }

  /** As in a page of a scan; nothing is left out, whatever is asked for. */
  @Test
  void entriesAreWhatAScanShows() {
    byte[] key = "k".getBytes(UTF_8);
    Record expiring =
        Record.value(new Version(0, TIME, new NodeId(7), 1), 3, 99, "other".getBytes(UTF_8));
    ReadBackupPageResponse page =
        BackupCodec.entries(
            List.of(new Item(key, record(TIME)), new Item(key, expiring)), key, true, TIME);
    ScanPage shown =
        new ScanPage(
            List.of(
                new ScanPage.Entry(key, record(TIME), null),
                new ScanPage.Entry(key, expiring, null)),
            new byte[0],
            false);
    assertThat(page.getEntriesList()).isEqualTo(ScanCodec.response(shown, false).getEntriesList());
    assertThat(page.getEntries(0).getValue().toStringUtf8()).isEqualTo("some value");
    assertThat(page.getEntries(1).getExpiresAtMs()).isEqualTo(99);
    assertThat(page.getRecordsCount()).isZero();
    assertThat(page.getNext()).isEqualTo(ByteString.copyFrom(key));
    assertThat(page.getPotentiallyStale()).isTrue();
    assertThat(page.getHlc()).isEqualTo(TIME);
  }

  @Test
  void contentsUpToATimeAreLeftOut() {
    Record record = record(TIME);
    for (long since : new long[] {0, 1, TIME - 1}) {
      BackupRecord whole = sent(record, since);
      assertThat(whole.getContent()).isEqualTo(ByteString.copyFrom(record.bytes()));
      assertThat(whole.hasContentHash()).isFalse();
    }
    for (long since : new long[] {TIME, TIME + 1}) {
      BackupRecord hashed = sent(record, since);
      assertThat(hashed.getContent().isEmpty()).isTrue();
      assertThat(hashed.getContentHash()).isEqualTo(ContentHash.of(record.bytes()));
      assertThat(hashed.getContentBytes()).isEqualTo(record.bytes().length);
      assertThat(hashed.getKey()).isEqualTo(ByteString.copyFromUtf8("k"));
    }
  }

  /** Its time is none, which is not above any other. */
  @Test
  void contentOfATimeThatNoClockShowsIsThereIfAllAreWanted() {
    Record wild = record(-1);
    assertThat(wild.latestTime()).isZero();
    assertThat(sent(wild, 0).getContent()).isEqualTo(ByteString.copyFrom(wild.bytes()));
    assertThat(sent(wild, TIME).hasContentHash()).isTrue();
  }
}
