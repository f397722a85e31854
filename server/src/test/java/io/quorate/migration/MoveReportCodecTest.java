package io.quorate.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.migration.MoveReport.Standing;
import io.quorate.purge.PurgeReport;
import io.quorate.purge.PurgeReportCodec;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MoveReportCodecTest {
  private final MoveReport report =
      new MoveReport(
          1L << 40,
          List.of(
              new Standing(7, 1L << 41, true, false, 1, 1L << 42, 3),
              new Standing(65_000, 2, false, true, 0, 0, 0),
              new Standing(8, 3, true, true, 4, 5, 6)));

  @Test
  void aReportComesBackAsItWas() {
    assertThat(MoveReportCodec.decode(MoveReportCodec.encode(report))).isEqualTo(report);
    MoveReport empty = new MoveReport(9, List.of());
    assertThat(MoveReportCodec.decode(MoveReportCodec.encode(empty))).isEqualTo(empty);
  }

  @Test
  void itDiffersFromReportsOfPurges() {
    assertThat(MoveReportCodec.isMoveReport(MoveReportCodec.encode(report))).isTrue();
    byte[] purge = PurgeReportCodec.encode(new PurgeReport(List.of(1), List.of()));
    assertThat(MoveReportCodec.isMoveReport(purge)).isFalse();
    assertThat(MoveReportCodec.isMoveReport(new byte[0])).isFalse();
  }

  @Test
  void cutExtendedOrForeignBytesAreRefused() {
    byte[] bytes = MoveReportCodec.encode(report);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> MoveReportCodec.decode(cut))
          .isInstanceOf(MalformedBytesException.class);
    }
    assertThatThrownBy(() -> MoveReportCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
        .hasMessageContaining("left over");
    assertThatThrownBy(() -> MoveReportCodec.decode(new byte[] {9, 0, 0, 0}))
        .hasMessageContaining("unknown");
    bytes[1 + Long.BYTES + Integer.BYTES + Integer.BYTES + Long.BYTES] = 4;
    assertThatThrownBy(() -> MoveReportCodec.decode(bytes)).hasMessageContaining("flags 4");
  }
}
