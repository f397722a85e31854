package io.quorate.migration;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.cut.CutReport;
import io.quorate.cut.CutReportCodec;
import io.quorate.fuzz.DecoderTarget;
import io.quorate.fuzz.FuzzTarget;
import io.quorate.migration.MoveReport.Standing;
import io.quorate.purge.PurgeReport;
import io.quorate.purge.PurgeReport.Holding;
import io.quorate.purge.PurgeReportCodec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/** What members report to the leader. */
public final class ReportTargets {
  private ReportTargets() {}

  public static List<FuzzTarget> create() {
    return List.of(
        new DecoderTarget<>(
            "move-report",
            random -> MoveReportCodec.encode(moves(random)),
            MoveReportCodec::decode,
            MoveReportCodec::encode,
            List.of(MalformedBytesException.class)),
        new DecoderTarget<>(
            "purge-report",
            random -> PurgeReportCodec.encode(purge(random)),
            PurgeReportCodec::decode,
            PurgeReportCodec::encode,
            List.of(MalformedBytesException.class)),
        new DecoderTarget<>(
            "cut-report",
            random -> CutReportCodec.encode(cut(random)),
            CutReportCodec::decode,
            CutReportCodec::encode,
            List.of(MalformedBytesException.class)));
  }

  private static MoveReport moves(SplittableRandom random) {
    List<Standing> standings = new ArrayList<>();
    for (int left = random.nextInt(5); left > 0; left--) {
      standings.add(
          new Standing(
              random.nextInt(),
              random.nextLong(),
              random.nextBoolean(),
              random.nextBoolean(),
              random.nextLong(),
              random.nextLong(),
              random.nextLong()));
    }
    return new MoveReport(random.nextLong(), standings);
  }

  private static CutReport cut(SplittableRandom random) {
    BitSet voids = partitions(random);
    return new CutReport(
        random.nextLong(),
        random.nextLong(),
        partitions(random),
        partitions(random),
        random.nextLong(),
        random.nextLong(),
        random.nextLong(),
        voids,
        voids.isEmpty() ? "" : "why " + random.nextInt(100));
  }

  private static BitSet partitions(SplittableRandom random) {
    BitSet partitions = new BitSet();
    for (int left = random.nextInt(5); left > 0; left--) {
      partitions.set(random.nextInt(100));
    }
    return partitions;
  }

  private static PurgeReport purge(SplittableRandom random) {
    List<Holding> holdings = new ArrayList<>();
    for (int left = random.nextInt(5); left > 0; left--) {
      List<Long> groups = new ArrayList<>();
      for (int i = 0; i < Holding.GROUPS; i++) {
        groups.add(random.nextLong());
      }
      holdings.add(new Holding(random.nextInt(), random.nextLong(), random.nextInt(), groups));
    }
    return new PurgeReport(List.of(random.nextInt(), random.nextInt()), holdings);
  }
}
