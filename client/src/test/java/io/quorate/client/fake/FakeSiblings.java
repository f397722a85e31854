package io.quorate.client.fake;

import com.google.protobuf.ByteString;
import io.quorate.proto.v1.DeleteResponse;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.GetResponse;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PutResponse;
import io.quorate.proto.v1.ResultInfo;
import io.quorate.proto.v1.ScanEntry;
import io.quorate.proto.v1.ScanResponse;
import io.quorate.proto.v1.Sibling;
import io.quorate.proto.v1.Version;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The keys of a tenant with siblings, in a map. A context is the hybrid times of all versions that
 * it has.
 */
public final class FakeSiblings {
  /** Siblings that a key may have, unless it is said otherwise. */
  public static final int MAX = 8;

  private static final class Record {
    final List<Sibling> siblings = new ArrayList<>();

    /** Versions that the key has had. */
    final Set<Long> seen = new HashSet<>();

    Version highest = Version.getDefaultInstance();
  }

  private final Map<ByteString, Record> records =
      new TreeMap<>(ByteString.unsignedLexicographicalComparator());

  private final int max;

  public FakeSiblings() {
    this(MAX);
  }

  /**
   * @param max siblings that a key may have
   */
  public FakeSiblings(int max) {
    this.max = max;
  }

  /** Carries out an operation; a write gets the version. */
  public synchronized OperationResult serve(Operation operation, Version version, ResultInfo info) {
    OperationResult.Builder result = OperationResult.newBuilder();
    return switch (operation.getOperationCase()) {
      case GET -> result.setGet(get(operation.getGet().getKey(), info)).build();
      case PUT -> put(operation, version, info);
      case DELETE -> {
        Record record = record(operation.getDelete().getKey());
        ByteString context = operation.getDelete().getContext();
        Set<Long> replaced = context.isEmpty() ? Set.copyOf(record.seen) : times(context);
        record.siblings.removeIf(each -> replaced.contains(each.getVersion().getHlc()));
        record.highest = version;
        record.seen.add(version.getHlc());
        yield result
            .setDelete(
                DeleteResponse.newBuilder()
                    .setVersion(version)
                    .setInfo(info)
                    .setContext(context(replaced, version)))
            .build();
      }
      case UPDATE, INCREMENT, UPDATE_FIELDS -> FakeCluster.failed(Failure.Reason.REASON_INVALID);
      case OPERATION_NOT_SET -> throw new IllegalArgumentException("no operation");
    };
  }

  /** All keys. */
  public synchronized ScanResponse scan(boolean keysOnly) {
    ScanResponse.Builder page = ScanResponse.newBuilder();
    records.forEach(
        (key, record) -> {
          ScanEntry.Builder entry =
              ScanEntry.newBuilder().setKey(key).setContext(context(record.seen));
          record.siblings.forEach(
              each -> entry.addSiblings(keysOnly ? each.toBuilder().clearValue().build() : each));
          page.addEntries(entry);
        });
    return page.build();
  }

  private Record record(ByteString key) {
    return records.computeIfAbsent(key, unused -> new Record());
  }

  private GetResponse get(ByteString key, ResultInfo info) {
    GetResponse.Builder got = GetResponse.newBuilder().setInfo(info);
    Record record = records.get(key);
    return record == null
        ? got.build()
        : got.setFound(!record.siblings.isEmpty())
            .addAllSiblings(record.siblings)
            .setVersion(record.highest)
            .setContext(context(record.seen))
            .build();
  }

  private OperationResult put(Operation operation, Version version, ResultInfo info) {
    Record record = record(operation.getPut().getKey());
    Set<Long> replaced = times(operation.getPut().getContext());
    long kept =
        record.siblings.stream()
            .filter(each -> !replaced.contains(each.getVersion().getHlc()))
            .count();
    if (kept >= max) {
      return FakeCluster.failed(
          Failure.newBuilder()
              .setReason(Failure.Reason.REASON_TOO_MANY_SIBLINGS)
              .setMessage("the key has " + kept + " siblings: read it, and put one value")
              .build());
    }
    record.siblings.removeIf(each -> replaced.contains(each.getVersion().getHlc()));
    record.siblings.add(
        Sibling.newBuilder()
            .setValue(operation.getPut().getValue())
            .setVersion(version)
            .setExpiresAtMs(operation.getPut().getStamp().getExpiresAtMs())
            .build());
    record.highest = version;
    record.seen.add(version.getHlc());
    return OperationResult.newBuilder()
        .setPut(
            PutResponse.newBuilder()
                .setVersion(version)
                .setInfo(info)
                .setContext(context(replaced, version)))
        .build();
  }

  private static ByteString context(Set<Long> times, Version own) {
    Set<Long> all = new HashSet<>(times);
    all.add(own.getHlc());
    return context(all);
  }

  private static ByteString context(Set<Long> times) {
    ByteBuffer bytes = ByteBuffer.allocate(times.size() * Long.BYTES);
    times.stream().sorted().forEach(bytes::putLong);
    return ByteString.copyFrom(bytes.flip());
  }

  private static Set<Long> times(ByteString context) {
    Set<Long> times = new HashSet<>();
    ByteBuffer bytes = context.asReadOnlyByteBuffer();
    while (bytes.hasRemaining()) {
      times.add(bytes.getLong());
    }
    return times;
  }
}
