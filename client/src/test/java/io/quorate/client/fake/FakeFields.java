package io.quorate.client.fake;

import com.google.protobuf.ByteString;
import io.quorate.proto.v1.Assignment;
import io.quorate.proto.v1.Change;
import io.quorate.proto.v1.Dot;
import io.quorate.proto.v1.Element;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Field;
import io.quorate.proto.v1.FieldKind;
import io.quorate.proto.v1.FieldUpdate;
import io.quorate.proto.v1.GetResponse;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.ResultInfo;
import io.quorate.proto.v1.ScanEntry;
import io.quorate.proto.v1.ScanResponse;
import io.quorate.proto.v1.Totals;
import io.quorate.proto.v1.UpdateRequest;
import io.quorate.proto.v1.UpdateResponse;
import io.quorate.proto.v1.Version;
import io.quorate.proto.v1.Writer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a tenant with counters, sets or maps, as one replica merges updates: totals by their
 * numbers, and each numbered change once.
 */
public final class FakeFields {
  private static final String ON = "1";

  /** One field of one key. */
  private static final class Kept {
    final Map<Writer, Totals> totals = new HashMap<>();
    final Map<ByteString, Set<Dot>> values = new TreeMap<>(BYTES);
    @Nullable Assignment assigned;
  }

  private static final java.util.Comparator<ByteString> BYTES =
      ByteString.unsignedLexicographicalComparator();

  /** One key. */
  private static final class Record {
    /** By name and kind. */
    final Map<String, Kept> fields = new TreeMap<>();

    /** Changes that were made. */
    final Set<Dot> known = new HashSet<>();
  }

  private final Map<ByteString, Record> records = new LinkedHashMap<>();

  /** Updates of writers that were opened up to this are refused; 0: none are. */
  public volatile long purgedHlc;

  /** Carries out an operation. */
  public synchronized OperationResult serve(Operation operation, Version version, ResultInfo info) {
    return switch (operation.getOperationCase()) {
      case GET ->
          OperationResult.newBuilder()
              .setGet(get(operation.getGet().getKey(), version, info))
              .build();
      case UPDATE -> update(operation.getUpdate(), info);
      default -> FakeCluster.failed(Failure.Reason.REASON_INVALID);
    };
  }

  /** All keys. */
  public synchronized ScanResponse scan(boolean keysOnly) {
    ScanResponse.Builder page = ScanResponse.newBuilder();
    records.forEach(
        (key, record) -> {
          ScanEntry.Builder entry = ScanEntry.newBuilder().setKey(key);
          page.addEntries(keysOnly ? entry : entry.addAllFields(fields(record)));
        });
    return page.build();
  }

  private OperationResult update(UpdateRequest update, ResultInfo info) {
    if (Long.compareUnsigned(update.getWriter().getOpenedHlc(), purgedHlc) <= 0) {
      return FakeCluster.failed(
          Failure.newBuilder()
              .setReason(
                  update.getFirstAttempt()
                      ? Failure.Reason.REASON_STAMP_TOO_LOW
                      : Failure.Reason.REASON_OUTCOME_UNKNOWN)
              .setMayHaveApplied(!update.getFirstAttempt())
              .setDecided(!update.getFirstAttempt())
              .setAboveHlc(purgedHlc)
              .setMessage("the writer was opened before a purge")
              .build());
    }
    Record record = records.computeIfAbsent(update.getKey(), unused -> new Record());
    for (FieldUpdate field : update.getFieldsList()) {
      Kept kept =
          record.fields.computeIfAbsent(
              field.getField() + "/" + field.getKindValue(), unused -> new Kept());
      if (field.hasTotals()) {
        kept.totals.merge(
            update.getWriter(),
            field.getTotals(),
            (one, other) -> one.getNumber() >= other.getNumber() ? one : other);
      }
      // A removal that names none removes what is found before any of the update is merged.
      List<Change> changes =
          field.getChangesList().stream().map(each -> found(kept, each)).toList();
      changes.forEach(change -> merge(record, kept, update.getWriter(), change));
      if (field.hasAssignment()
          && (kept.assigned == null || kept.assigned.getHlc() <= field.getAssignment().getHlc())) {
        kept.assigned = field.getAssignment();
      }
    }
    return OperationResult.newBuilder()
        .setUpdate(UpdateResponse.newBuilder().setInfo(info))
        .build();
  }

  private static Change found(Kept kept, Change change) {
    return change.hasRemove() && change.getSeenCount() == 0
        ? change.toBuilder()
            .addAllSeen(kept.values.getOrDefault(change.getRemove(), Set.of()))
            .build()
        : change;
  }

  private static void merge(Record record, Kept kept, Writer writer, Change change) {
    Dot dot = Dot.newBuilder().setWriter(writer).setNumber(change.getNumber()).build();
    if (!record.known.add(dot)) {
      return;
    }
    kept.values.values().forEach(dots -> dots.removeAll(change.getSeenList()));
    if (change.hasAdd()) {
      kept.values.computeIfAbsent(change.getAdd(), unused -> new HashSet<>()).add(dot);
    }
    kept.values.values().removeIf(Set::isEmpty);
  }

  private GetResponse get(ByteString key, Version version, ResultInfo info) {
    GetResponse.Builder got = GetResponse.newBuilder().setInfo(info);
    Record record = records.get(key);
    if (record != null) {
      got.setFound(true).setVersion(version).addAllFields(fields(record));
    }
    return got.build();
  }

  private static List<Field> fields(Record record) {
    return record.fields.entrySet().stream()
        .map(
            each -> {
              int slash = each.getKey().lastIndexOf('/');
              return field(
                  each.getKey().substring(0, slash),
                  FieldKind.forNumber(Integer.parseInt(each.getKey().substring(slash + 1))),
                  each.getValue());
            })
        .toList();
  }

  private static Field field(String name, FieldKind kind, Kept kept) {
    Field.Builder field = Field.newBuilder().setName(name).setKind(kind);
    ByteString on = ByteString.copyFromUtf8(ON);
    switch (kind) {
      case FIELD_KIND_COUNTER, FIELD_KIND_GROW_ONLY_COUNTER ->
          field.setCount(
              kept.totals.values().stream()
                  .mapToLong(totals -> totals.getUp() - totals.getDown())
                  .sum());
      case FIELD_KIND_SET, FIELD_KIND_MULTI_VALUE_REGISTER ->
          kept.values.forEach(
              (value, dots) ->
                  field.addElements(Element.newBuilder().setValue(value).addAllDots(dots)));
      case FIELD_KIND_REGISTER -> {
        Assignment assigned = kept.assigned;
        if (assigned != null && assigned.hasValue()) {
          field.addElements(Element.newBuilder().setValue(assigned.getValue()));
        }
      }
      case FIELD_KIND_FLAG_ENABLE_WINS -> field.setEnabled(kept.values.containsKey(on));
      case FIELD_KIND_FLAG_DISABLE_WINS ->
          field.setEnabled(kept.values.containsKey(on) && kept.values.size() == 1);
      case FIELD_KIND_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("no kind");
    }
    return field.build();
  }
}
