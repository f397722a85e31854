package io.quorate.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** Memory that processes of this machine hold, from Linux' /proc. */
final class Memory {
  private static final String RESIDENT = "VmRSS:";

  private Memory() {}

  /** Resident bytes of all of them; empty if there is none, one has ended, or no /proc. */
  static OptionalLong residentBytes(List<Long> pids) {
    long bytes = 0;
    for (long pid : pids) {
      try {
        bytes += ofStatus(Files.readAllLines(Path.of("/proc/" + pid + "/status")));
      } catch (IOException gone) {
        return OptionalLong.empty();
      }
    }
    return pids.isEmpty() ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  /** Resident bytes in the lines of /proc/PID/status (proc(5)), which tell them in kB. */
  static long ofStatus(List<String> lines) {
    for (String line : lines) {
      if (line.startsWith(RESIDENT)) {
        String number = line.substring(RESIDENT.length()).strip().split(" ", 2)[0];
        return Long.parseLong(number) << 10;
      }
    }
    return 0;
  }
}
