package io.quorate.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.migration.MoveReport;
import io.quorate.migration.MoveReportCodec;
import io.quorate.purge.PurgeReport;
import io.quorate.purge.PurgeReportCodec;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class CutReportCodecTest {
  private static BitSet set(int... partitions) {
    BitSet set = new BitSet();
    for (int partition : partitions) {
      set.set(partition);
    }
    return set;
  }

  private final CutReport report =
      new CutReport(300, 0x10000, set(0, 9, 65_535), set(9), 0xFFFF, 0x20000, 77);

  @Test
  void aReportComesBackAsItWas() {
    assertThat(CutReportCodec.decode(CutReportCodec.encode(report))).isEqualTo(report);
    CutReport nothing = CutReport.ofNothing(1, -1);
    assertThat(CutReportCodec.decode(CutReportCodec.encode(nothing))).isEqualTo(nothing);
    CutReport voids = withVoids();
    assertThat(CutReportCodec.decode(CutReportCodec.encode(voids))).isEqualTo(voids);
  }

  private static CutReport withVoids() {
    return new CutReport(1, 2, set(0, 9), set(9), 0, 0, 77, set(0), "the disk did not store");
  }

  @Test
  void whatIsSaidOfVoidsIsWhole() {
    byte[] bytes = CutReportCodec.encode(withVoids());
    byte[] without = CutReportCodec.encode(new CutReport(1, 2, set(0, 9), set(9), 0, 0, 77));
    assertThat(bytes).startsWith(without);
    for (int length = without.length + 1; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> CutReportCodec.decode(cut))
          .isInstanceOf(MalformedBytesException.class);
    }
    byte[] ofNone = Arrays.copyOf(without, without.length + 2);
    assertThatThrownBy(() -> CutReportCodec.decode(ofNone))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("a reason for no partition");
  }

  @Test
  void theBytesStayAsTheyAre() {
    CutReport small = new CutReport(300, 0x10000, set(0, 9), set(9), 0xFFFF, 0x20000, 77);
    assertThat(HexFormat.of().formatHex(CutReportCodec.encode(small)))
        .isEqualTo(
            "04"
                + ("000000000000012c" + "0000000000010000")
                + ("000000000000ffff" + "0000000000020000" + "000000000000004d")
                + ("020102" + "020002"));
  }

  /** All go the same way, and are told apart by their first byte. */
  @Test
  void itIsNoOtherReport() {
    byte[] bytes = CutReportCodec.encode(report);
    byte[] ofPurges = PurgeReportCodec.encode(new PurgeReport(List.of(), List.of()));
    byte[] ofMoves = MoveReportCodec.encode(new MoveReport(1, List.of()));
    assertThat(CutReportCodec.isCutReport(bytes)).isTrue();
    assertThat(CutReportCodec.isCutReport(new byte[0])).isFalse();
    assertThat(CutReportCodec.isCutReport(ofPurges)).isFalse();
    assertThat(CutReportCodec.isCutReport(ofMoves)).isFalse();
    assertThat(MoveReportCodec.isMoveReport(bytes)).isFalse();
    assertThatThrownBy(() -> CutReportCodec.decode(ofPurges)).hasMessageContaining("unknown");
    assertThatThrownBy(() -> PurgeReportCodec.decode(bytes)).hasMessageContaining("unknown");
  }

  @Test
  void whatWasNotWrittenIsRefused() {
    byte[] bytes = CutReportCodec.encode(report);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> CutReportCodec.decode(cut))
          .isInstanceOf(MalformedBytesException.class);
    }
    assertThatThrownBy(() -> CutReportCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
        .hasMessageContaining("left over");
    String head = "04" + "0000000000000001".repeat(5);
    assertThatThrownBy(() -> CutReportCodec.decode(HexFormat.of().parseHex(head + "0100" + "00")))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("a last one that is 0");
    byte[] tooMany = CutReportCodec.encode(new CutReport(1, 1, set(65_536), new BitSet(), 0, 0, 0));
    assertThatThrownBy(() -> CutReportCodec.decode(tooMany))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("8193 bytes");
  }

  /** What a report says does not change under the one who has it. */
  @Test
  void aReportIsAValue() {
    BitSet armed = set(1);
    CutReport kept = new CutReport(1, 1, armed, new BitSet(), 0, 0, 0);
    armed.set(2);
    assertThat(kept.armed()).isEqualTo(set(1));
  }
}
