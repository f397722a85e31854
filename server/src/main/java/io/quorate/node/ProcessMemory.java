package io.quorate.node;

import io.quorate.event.Gauge;
import io.quorate.event.Meter;
import io.quorate.metrics.Meters;
import io.quorate.metrics.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * All memory of the process: the heap is only a part of it, beside what RocksDB, buffers, threads
 * and the JVM itself have.
 *
 * @param status that Linux shows of the process; other systems have no such file
 */
record ProcessMemory(Path status) {
  static final ProcessMemory OF_THIS_PROCESS = new ProcessMemory(Path.of("/proc/self/status"));

  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+([0-9]{1,15}) kB");
  private static final long BYTES_PER_KB = 1024;

  private static final Gauge RESIDENT_BYTES =
      Gauge.of(
          "quorate.process.resident.bytes",
          "Memory of the process that is in RAM: heap, RocksDB, buffers, threads and code. Shown on"
              + " Linux only");

  private static final Gauge LIMIT_BYTES =
      Gauge.of(
          "quorate.process.memory.limit.bytes",
          "Memory of the machine, or of the container or unit that the process runs in");

  /** What is in RAM; empty if the system does not tell. */
  OptionalLong residentBytes() {
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .map(RESIDENT::matcher)
          .filter(Matcher::matches)
          .mapToLong(found -> Long.parseLong(found.group(1)) * BYTES_PER_KB)
          .findFirst();
    } catch (IOException unknown) {
      return OptionalLong.empty();
    }
  }

  /**
   * Adds the meters.
   *
   * @param limitBytes that the process may have
   */
  void addTo(Meters meters, long limitBytes) {
    List<Meter> both = List.of(RESIDENT_BYTES, LIMIT_BYTES);
    meters.readings(both, () -> readings(limitBytes));
  }

  private List<Reading> readings(long limitBytes) {
    List<Reading> readings = new ArrayList<>();
    residentBytes().ifPresent(bytes -> readings.add(Reading.of(RESIDENT_BYTES, bytes)));
    readings.add(Reading.of(LIMIT_BYTES, limitBytes));
    return readings;
  }
}
