package io.quorate.cli.bench;

import io.quorate.cli.command.Choices;

/** Mixes of reads and writes; A to C are YCSB's. */
enum Workload {
  /** Half reads, half writes. */
  A(500),
  /** 95 % reads. */
  B(950),
  /** Reads only. */
  C(1000),
  /** Writes only. */
  W(0);

  /** As people write them. */
  static final class Words extends Choices {
    Words() {
      super(Workload.class);
    }
  }

  /** Reads among a thousand operations. */
  private final int readPermille;

  Workload(int readPermille) {
    this.readPermille = readPermille;
  }

  /** Whether an operation reads, for a {@code draw} from 0 to 999. */
  boolean reads(int draw) {
    return draw < readPermille;
  }
}
