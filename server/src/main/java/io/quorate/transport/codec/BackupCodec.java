package io.quorate.transport.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.proto.v1.BackupRecord;
import io.quorate.proto.v1.ReadBackupPageResponse;
import io.quorate.replication.api.BackupPlane.Item;
import io.quorate.version.MalformedRecordException;
import io.quorate.version.Record;
import io.quorate.version.Restated;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records of backups, by the generated classes. */
public final class BackupCodec {
  private BackupCodec() {}

  /** A page. Arrays are not copied. */
  public static ReadBackupPageResponse page(
      List<Item> items, byte @Nullable [] next, boolean potentiallyStale) {
    ReadBackupPageResponse.Builder page =
        ReadBackupPageResponse.newBuilder().setPotentiallyStale(potentiallyStale);
    for (Item item : items) {
      page.addRecords(
          BackupRecord.newBuilder()
              .setKey(UnsafeByteOperations.unsafeWrap(item.key()))
              .setContent(UnsafeByteOperations.unsafeWrap(item.record().bytes())));
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
