package io.quorate.purge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.migration.MoveReportCodec;
import io.quorate.placement.ReplicationFactor;
import io.quorate.purge.PurgeReport.Holding;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PurgeReportCodecTest {
  private final PurgeReport report =
      new PurgeReport(
          List.of(3, 65_000),
          List.of(
              new Holding(7, 1L << 40, 3, Collections.nCopies(Holding.GROUPS, -5L)),
              new Holding(8, 2, 5, Collections.nCopies(Holding.GROUPS, 9L))));

  @Test
  void aReportComesBackAsItWas() {
    assertThat(PurgeReportCodec.decode(PurgeReportCodec.encode(report))).isEqualTo(report);
    PurgeReport empty = new PurgeReport(List.of(), List.of());
    assertThat(PurgeReportCodec.decode(PurgeReportCodec.encode(empty))).isEqualTo(empty);
  }

  /** Both go the same way, and are told apart by their first byte. */
  @Test
  void aReportWithRegionsIsNoReportOfMoves() {
    ReplicationFactor factor = ReplicationFactor.byRegion(new TreeMap<>(Map.of("eu", 3, "us", 2)));
    List<Long> groups = Collections.nCopies(Holding.GROUPS, 4L);
    var regional = new PurgeReport(List.of(), List.of(new Holding(7, 3, factor, groups)));

    byte[] bytes = PurgeReportCodec.encode(regional);

    assertThat(PurgeReportCodec.decode(bytes)).isEqualTo(regional);
    assertThat(MoveReportCodec.isMoveReport(bytes)).isFalse();
    assertThat(MoveReportCodec.isMoveReport(PurgeReportCodec.encode(report))).isFalse();
  }

  @Test
  void cutOrExtendedBytesAreRefused() {
    byte[] bytes = PurgeReportCodec.encode(report);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> PurgeReportCodec.decode(cut))
          .isInstanceOf(MalformedBytesException.class);
    }
    assertThatThrownBy(() -> PurgeReportCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
        .hasMessageContaining("left over");
    assertThatThrownBy(() -> PurgeReportCodec.decode(new byte[] {9, 0, 0, 0, 0, 0, 0, 0, 0}))
        .hasMessageContaining("unknown");
  }
}
