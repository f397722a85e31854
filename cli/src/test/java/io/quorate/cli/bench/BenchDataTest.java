package io.quorate.cli.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.bench.checked.BenchData;
import io.quorate.cli.bench.checked.BenchData.Origin;
import io.quorate.cli.bench.checked.Contents;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class BenchDataTest {
  @Test
  void keysAreThoseOtherStoresAreMeasuredWith() {
    assertThat(new String(BenchData.key(12_345), US_ASCII)).isEqualTo("user000000012345");
    assertThat(BenchData.number(BenchData.key(987_654))).isEqualTo(987_654);
  }

  @Test
  void valueTellsWhichWriteItIs() {
    BenchData data = new BenchData(256);
    Origin origin = new Origin(7, -3, Long.MAX_VALUE);
    byte[] value = data.value(origin, new SplittableRandom(1));
    assertThat(value).hasSize(256);
    assertThat(BenchData.origin(value)).isEqualTo(origin);
    assertThat(BenchData.origin(new byte[BenchData.ORIGIN_BYTES - 1])).isNull();
  }

  /** An earlier run of the same tenant had another --value-size. */
  @Test
  void valuesOfAnotherRunMayHaveAnotherSize() {
    SplittableRandom random = new SplittableRandom(1);
    Contents mine = new Contents(10, 256, 5);
    Contents earlier = new Contents(10, 1024, 4);

    assertThat(mine.origin(earlier.value(3, 7, random))).isEqualTo(new Origin(3, 4, 7));
    assertThat(mine.origin(mine.value(3, 8, random))).isEqualTo(new Origin(3, 5, 8));
    assertThat(mine.origin(Arrays.copyOf(mine.value(3, 8, random), 255)))
        .as("a value of this run that was cut")
        .isNull();
  }

  /** A thousand of them, made beforehand, took more than the heap of a load. */
  @Test
  void valuesAsLargeAsAClusterTakesFitIntoTheHeap() {
    int largest = 64 << 20;
    BenchData data = new BenchData(largest);
    assertThat(data.value(new Origin(1, 2, 3), new SplittableRandom(1))).hasSize(largest);
  }

  @Test
  void cpuTimeIsReadBehindANameWithParentheses() {
    String stat = "42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 30 0";
    assertThat(CpuTime.ofStat(stat)).isEqualTo(3.0);
  }

  @Test
  void listeningSocketsAreFoundByPort() {
    Set<String> sockets = new HashSet<>();
    for (String line :
        List.of(
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid",
            "   0: 0100007F:1CE9 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 111 1",
            "   1: 0100007F:1CE9 0100007F:9C40 01 00000000:00000000 00:00000000 00000000 0 0 222 1",
            "   2: 0100007F:1CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0"
                + " 333 1")) {
      Listeners.addSocket(line, Set.of(7401), sockets);
    }
    assertThat(sockets).containsExactly("socket:[111]");
  }

  /** The name of a container goes with it, and a load goes on with the others. */
  @Test
  void aHostWithoutAnAddressIsNotThisMachine() throws Exception {
    assertThat(Listeners.isHere("127.0.0.1")).isTrue();
    assertThat(Listeners.isHere("no-such-host.invalid")).isFalse();
  }
}
