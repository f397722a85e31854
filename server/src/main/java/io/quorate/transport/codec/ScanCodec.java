package io.quorate.transport.codec;

import com.google.protobuf.UnsafeByteOperations;
import io.quorate.model.KeyRange;
import io.quorate.placement.Level;
import io.quorate.proto.v1.Dot;
import io.quorate.proto.v1.Element;
import io.quorate.proto.v1.Field;
import io.quorate.proto.v1.ScanEntry;
import io.quorate.proto.v1.ScanRequest;
import io.quorate.proto.v1.ScanResponse;
import io.quorate.proto.v1.Sibling;
import io.quorate.proto.v1.Writer;
import io.quorate.replication.api.Fields;
import io.quorate.replication.api.ScanPage;
import io.quorate.replication.api.Siblings;
import io.quorate.version.Addition;
import io.quorate.version.FieldValue;
import io.quorate.version.Record;
import io.quorate.version.Version;
import org.jspecify.annotations.Nullable;

/** Scans and levels by the generated classes: a page of many entries does not need more speed. */
public final class ScanCodec {
  private ScanCodec() {}

  /** Which keys a scan is of, and in which order. */
  public static KeyRange keys(ScanRequest request) {
    return new KeyRange(
        request.getPrefix().toByteArray(),
        request.getStart().toByteArray(),
        request.getEnd().toByteArray(),
        request.getReverse());
  }

  /** A page; with {@code keysOnly} without the values. */
  public static ScanResponse response(ScanPage page, boolean keysOnly) {
    ScanResponse.Builder response =
        ScanResponse.newBuilder()
            .setCursor(UnsafeByteOperations.unsafeWrap(page.cursor()))
            .setPotentiallyStale(page.potentiallyStale());
    for (ScanPage.Entry entry : page.entries()) {
      response.addEntries(entry(entry, keysOnly));
    }
    return response.build();
  }

  /** An entry of a page; with {@code keysOnly} without the values. */
  static ScanEntry entry(ScanPage.Entry entry, boolean keysOnly) {
    Record record = entry.record();
    ScanEntry.Builder out =
        ScanEntry.newBuilder()
            .setKey(UnsafeByteOperations.unsafeWrap(entry.key()))
            .setVersion(version(record.version()));
    switch (entry.found()) {
      case null -> setValue(out, record, keysOnly);
      case Siblings siblings -> addSiblings(out, siblings, keysOnly);
      case Fields fields -> {
        if (!keysOnly) {
          fields.values().forEach(value -> out.addFields(field(value)));
        }
      }
    }
    return out.build();
  }

  private static void setValue(ScanEntry.Builder out, Record record, boolean keysOnly) {
    out.setExpiresAtMs(record.expiresAtMillis());
    if (!keysOnly) {
      // Records are never changed, so their bytes need no copy.
      out.setValue(
          UnsafeByteOperations.unsafeWrap(
              record.bytes(), record.valueOffset(), record.valueLength()));
    }
  }

  private static Field field(FieldValue value) {
    Field.Builder out =
        Field.newBuilder()
            .setName(value.field().name())
            .setKindValue(value.field().kind().number())
            .setCount(value.count())
            .setEnabled(value.enabled());
    for (FieldValue.Element element : value.elements()) {
      Element.Builder one =
          out.addElementsBuilder().setValue(UnsafeByteOperations.unsafeWrap(element.value()));
      element.additions().forEach(addition -> one.addDots(dot(addition)));
    }
    return out.build();
  }

  private static Dot dot(Addition addition) {
    Writer.Builder writer =
        Writer.newBuilder()
            .setOpenedHlc(addition.writer().openedHlc())
            .setId(addition.writer().id());
    return Dot.newBuilder().setWriter(writer).setNumber(addition.number()).build();
  }

  private static void addSiblings(ScanEntry.Builder out, Siblings found, boolean keysOnly) {
    out.setContext(UnsafeByteOperations.unsafeWrap(found.context()));
    for (Siblings.Value each : found.live()) {
      Sibling.Builder sibling =
          out.addSiblingsBuilder()
              .setVersion(version(each.version()))
              .setExpiresAtMs(each.expiresAtMillis());
      if (!keysOnly) {
        sibling.setValue(UnsafeByteOperations.unsafeWrap(each.value()));
      }
    }
  }

  private static io.quorate.proto.v1.Version version(Version version) {
    return io.quorate.proto.v1.Version.newBuilder()
        .setToken(version.rank())
        .setHlc(version.hlc())
        .setNode(version.node().value())
        .setBoot(version.boot())
        .build();
  }

  /**
   * A level as the wire says it; null where it says nothing.
   *
   * @throws IllegalArgumentException if this node does not know it; the message says why
   */
  public static @Nullable Level level(io.quorate.proto.v1.Level level) {
    return switch (level.getKindCase()) {
      case COUNT -> new Level.Count(level.getCount());
      case KIND_NOT_SET -> null;
      case NAMED ->
          switch (level.getNamed()) {
            case NAMED_UNSPECIFIED -> null;
            case NAMED_ONE -> Level.ONE;
            case NAMED_TWO -> Level.TWO;
            case NAMED_QUORUM -> Level.QUORUM;
            case NAMED_ALL -> Level.ALL;
            case NAMED_LOCAL_ONE -> Level.LOCAL_ONE;
            case NAMED_LOCAL_QUORUM -> Level.LOCAL_QUORUM;
            case NAMED_EACH_QUORUM -> Level.EACH_QUORUM;
            case UNRECOGNIZED ->
                throw new IllegalArgumentException(
                    "level " + level.getNamedValue() + " is not known to this server");
          };
    };
  }

  /** A level as the wire says it. */
  public static io.quorate.proto.v1.Level level(Level level) {
    io.quorate.proto.v1.Level.Builder out = io.quorate.proto.v1.Level.newBuilder();
    switch (level) {
      case Level.Count count -> out.setCount(count.replicas());
      case Level.Named named -> out.setNamed(named(named));
      case Level.InRegion in -> out.setNamed(named(in.local()));
    }
    return out.build();
  }

  private static io.quorate.proto.v1.Level.Named named(Level.Named named) {
    return switch (named) {
      case ONE -> io.quorate.proto.v1.Level.Named.NAMED_ONE;
      case TWO -> io.quorate.proto.v1.Level.Named.NAMED_TWO;
      case QUORUM -> io.quorate.proto.v1.Level.Named.NAMED_QUORUM;
      case ALL -> io.quorate.proto.v1.Level.Named.NAMED_ALL;
      case LOCAL_ONE -> io.quorate.proto.v1.Level.Named.NAMED_LOCAL_ONE;
      case LOCAL_QUORUM -> io.quorate.proto.v1.Level.Named.NAMED_LOCAL_QUORUM;
      case EACH_QUORUM -> io.quorate.proto.v1.Level.Named.NAMED_EACH_QUORUM;
    };
  }
}
