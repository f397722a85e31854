package io.quorate.version;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What readers find in a record, and until when, without the versions that a restore replaces. */
final class RestoredContent {
  private RestoredContent() {}

  /** In words; none if readers find nothing. */
  static List<String> of(@Nullable Record record) {
    if (record == null || record.isTombstone()) {
      return List.of();
    }
    return switch (record.format()) {
      case ONE_VALUE -> List.of(until(record.copyValue(), record.expiresAtMillis()));
      case MARKED -> of(record.unmarked());
      case REGISTER -> {
        byte[] value = Register.of(record, 0).value();
        yield value == null ? List.of() : List.of(hex(value));
      }
      case SIBLINGS ->
          SiblingSet.of(record).siblings().stream()
              .map(each -> until(each.value(), each.expiresAtMillis()))
              .toList();
      case CRDT -> CrdtState.of(record).values().stream().map(RestoredContent::of).toList();
    };
  }

  private static String of(FieldValue value) {
    List<String> elements = new ArrayList<>();
    value.elements().forEach(each -> elements.add(hex(each.value())));
    return "%s: %d %s %s".formatted(value.field(), value.count(), elements, value.enabled());
  }

  private static String until(byte[] value, long expiresAtMillis) {
    return hex(value) + " until " + expiresAtMillis;
  }

  private static String hex(byte[] value) {
    return HexFormat.of().formatHex(value);
  }
}
