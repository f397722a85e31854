package io.quorate.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/** CPU time that processes of this machine have used, from Linux' /proc. */
final class CpuTime {
  /** The unit of /proc: USER_HZ is 100 on every Linux. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int USER_TICKS = 11;
  private static final int SYSTEM_TICKS = 12;

  private CpuTime() {}

  /** Seconds used by all of them; empty if one has ended, or there is no /proc. */
  static OptionalDouble seconds(List<Long> pids) {
    double seconds = 0;
    for (long pid : pids) {
      try {
        seconds += ofStat(Files.readString(Path.of("/proc/" + pid + "/stat")));
      } catch (IOException gone) {
        return OptionalDouble.empty();
      }
    }
    return OptionalDouble.of(seconds);
  }

  /** Seconds in user and kernel mode in a line of /proc/PID/stat (proc(5)). */
  static double ofStat(String stat) {
    // The name of the command, in parentheses, may hold anything: count the fields behind it.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]))
        / TICKS_PER_SECOND;
  }
}
