package io.quorate.cli.bench;

import java.util.List;
import java.util.OptionalDouble;

/**
 * CPU seconds used in a window.
 *
 * @param servers by the nodes; empty if a node was stopped or started meanwhile, or none was found
 * @param client by this process
 */
record Cpu(OptionalDouble servers, OptionalDouble client) {

  static Cpu now(List<Long> serverPids) {
    return new Cpu(
        serverPids.isEmpty() ? OptionalDouble.empty() : CpuTime.seconds(serverPids),
        CpuTime.seconds(List.of(ProcessHandle.current().pid())));
  }

  /** What was used since an earlier reading. */
  Cpu since(Cpu before) {
    return new Cpu(minus(servers, before.servers), minus(client, before.client));
  }

  private static OptionalDouble minus(OptionalDouble after, OptionalDouble before) {
    return after.isPresent() && before.isPresent()
        ? OptionalDouble.of(after.getAsDouble() - before.getAsDouble())
        : OptionalDouble.empty();
  }

  /** Both together. */
  OptionalDouble all() {
    return servers.isPresent() && client.isPresent()
        ? OptionalDouble.of(servers.getAsDouble() + client.getAsDouble())
        : OptionalDouble.empty();
  }
}
