package io.quorate.transport.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.quorate.hash.ContentHash;
import io.quorate.model.Invariant;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.proto.v1.BackupRecord;
import io.quorate.proto.v1.ReadBackupPageResponse;
import io.quorate.replication.api.BackupPlane.Item;
import io.quorate.replication.api.ScanPage;
import io.quorate.version.MalformedRecordException;
import io.quorate.version.Record;
import io.quorate.version.Restated;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records of backups, by the generated classes. */
public final class BackupCodec {
  private BackupCodec() {}

  /**
   * A page. Arrays are not copied.
   *
   * @param since a hybrid time: of records up to it, the hash is given, and not the content; 0: of
   *     none
   * @param hlc when it was read, as the response says it
   */
  public static ReadBackupPageResponse page(
      List<Item> items, byte @Nullable [] next, boolean potentiallyStale, long since, long hlc) {
    ReadBackupPageResponse.Builder page =
        ReadBackupPageResponse.newBuilder().setPotentiallyStale(potentiallyStale).setHlc(hlc);
    for (Item item : items) {
      byte[] content = item.record().bytes();
      BackupRecord.Builder record =
          BackupRecord.newBuilder().setKey(UnsafeByteOperations.unsafeWrap(item.key()));
      // The latest time of a record from beyond what clocks show is 0, too.
      if (since != 0 && Long.compareUnsigned(item.record().latestTime(), since) <= 0) {
        // Of exactly what would be sent: Record.contentHash() is not, where a promise is in it.
        record.setContentHash(ContentHash.of(content)).setContentBytes(content.length);
      } else {
        record.setContent(UnsafeByteOperations.unsafeWrap(content));
      }
      page.addRecords(record);
    }
    if (next != null) {
      page.setNext(ByteString.copyFrom(next));
    }
    return page.build();
  }

  /**
   * A page of a tenant of whose keys each has one value, as a scan shows it. Arrays are not copied.
   *
   * @param hlc when it was read, as the response says it
   */
  public static ReadBackupPageResponse entries(
      List<Item> items, byte @Nullable [] next, boolean potentiallyStale, long hlc) {
    ReadBackupPageResponse.Builder page =
        ReadBackupPageResponse.newBuilder().setPotentiallyStale(potentiallyStale).setHlc(hlc);
    for (Item item : items) {
      Record shown =
          Invariant.present(item.record().unmarked(), "a page of a backup has what is there");
      page.addEntries(ScanCodec.entry(new ScanPage.Entry(item.key(), shown, null), false));
    }
    if (next != null) {
      page.setNext(ByteString.copyFrom(next));
    }
    return page.build();
  }

  /**
   * What a restore writes of records of a backup: those in which readers find something.
   *
   * @param tenant that is being restored
   * @throws IllegalArgumentException if one cannot be read here, or is of another model than the
   *     tenant's; the message says which
   */
  public static List<Item> restated(List<BackupRecord> records, Tenant tenant) {
    long hlc = tenant.get(TenantSetting.RESTORING);
    List<Item> items = new ArrayList<>(records.size());
    for (BackupRecord each : records) {
      Record restated = Restated.at(hlc, record(each, tenant));
      if (restated != null) {
        items.add(new Item(each.getKey().toByteArray(), restated));
      }
    }
    return items;
  }

  private static Record record(BackupRecord each, Tenant tenant) {
    byte[] bytes = each.getContent().toByteArray();
    Record record;
    try {
      record = Record.of(bytes);
    } catch (MalformedRecordException e) {
      throw new IllegalArgumentException(
          Record.isOfNewerVersion(bytes)
              ? "a record of the backup is of a later version than this node knows: upgrade the"
                  + " cluster first. None of these records was stored"
              : "a record of the backup cannot be read ("
                  + e.getMessage()
                  + "): the backup is"
                  + " damaged. None of these records was stored",
          e);
    }
    if (!tenant.model().isOf(record)) {
      throw new IllegalArgumentException(
          "a record of the backup is of another model than tenant '%s', which has model %s: restore it with the model that the backup names. None of these records was stored"
              .formatted(tenant.name(), tenant.get(TenantSetting.MODEL)));
    }
    return record;
  }
}
