package io.quorate.node.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.fuzz.DecoderTarget;
import io.quorate.fuzz.FuzzTarget;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** What an operator writes: files of settings, and variables of the environment. */
public final class ConfigTargets {
  private static final String FILE =
      """
      # one node of three
      node:
        address: "10.0.0.7:7401"
        listen: 0.0.0.0:7401
        data_dir: /var/lib/quorate
        zone: 'a'   # a rack
        weight: 1.5
      security: {insecure: true}
      cluster: {partitions: 64}
      storage:
        block_cache: 64MiB
        durability: sync
      timeouts:
        request: 1500ms
      http: {listen: off}
      log:
        slow_request: 2m
      """;

  private static final String SEEDS = "  seeds:\n    - n3:7401\n    - \"10.0.0.7:7401\"\n";

  private static final Map<String, String> VARIABLES =
      Map.of(
          "QUORATE_NODE_ADDRESS", "b:2",
          "QUORATE_CLUSTER_SEEDS", "127.0.0.1:7401, b:2,b:2",
          "QUORATE_STORAGE_BLOCK_CACHE", "64MiB",
          "QUORATE_NODE_WEIGHT", "2.5",
          "QUORATE_LOG_SLOW_REQUEST", "1500ms",
          "QUORATE_HTTP_LISTEN", "off");

  private ConfigTargets() {}

  public static List<FuzzTarget> create() {
    return List.of(
        new Slow<>(
            new DecoderTarget<>(
                "config-file",
                ConfigTargets::file,
                bytes -> NodeConfig.parse("f", new String(bytes, UTF_8), Map.of()),
                null,
                List.of(ConfigException.class))),
        new Slow<>(
            new DecoderTarget<>(
                "environment",
                ConfigTargets::variables,
                bytes -> NodeConfig.parse("f", "", environment(new String(bytes, UTF_8))),
                null,
                List.of(ConfigException.class))));
  }

  private static byte[] file(SplittableRandom random) {
    String text = random.nextBoolean() ? FILE : FILE.replace("cluster: {partitions: 64}\n", "");
    return (text.equals(FILE) ? text : text + "cluster:\n" + SEEDS).getBytes(UTF_8);
  }

  private static byte[] variables(SplittableRandom random) {
    // The address of the node is not one of loopback.
    StringBuilder lines = new StringBuilder("QUORATE_SECURITY_INSECURE=true\n");
    new TreeMap<>(VARIABLES)
        .forEach(
            (name, value) -> {
              if (random.nextBoolean()) {
                lines.append(name).append('=').append(value).append('\n');
              }
            });
    return lines.toString().getBytes(UTF_8);
  }

  private static Map<String, String> environment(String lines) {
    Map<String, String> environment = new TreeMap<>();
    lines
        .lines()
        .forEach(
            line -> {
              int at = line.indexOf('=');
              environment.put(line.substring(0, Math.max(at, 0)), line.substring(at + 1));
            });
    return environment;
  }

  /** YAML takes its time. */
  private record Slow<T>(DecoderTarget<T> target) implements FuzzTarget {
    @Override
    public String name() {
      return target.name();
    }

    @Override
    public int runsInCi() {
      return 40;
    }

    @Override
    public int oneOf() {
      return 10;
    }

    @Override
    public void run(long seed) throws Exception {
      target.run(seed);
    }
  }
}
