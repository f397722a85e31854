package io.quorate.client.admin;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How many replicas each key of a tenant has: on any nodes, or in each of some regions. */
public final class ReplicationFactor {
  private final int replicas;
  private final SortedMap<String, Integer> byRegion;

  private ReplicationFactor(int replicas, SortedMap<String, Integer> byRegion) {
    this.replicas = replicas;
    this.byRegion = Collections.unmodifiableSortedMap(byRegion);
  }

  /**
   * Returns one for this many replicas, on any nodes.
   *
   * @throws IllegalArgumentException if there is not even one
   */
  public static ReplicationFactor of(int replicas) {
    if (replicas < 1) {
      throw new IllegalArgumentException("replication factor " + replicas + ": give at least 1");
    }
    return new ReplicationFactor(replicas, new TreeMap<>());
  }

  /**
   * Returns one for this many replicas in each region.
   *
   * @param replicas by the name of the region, as nodes have it in {@code node.region}
   * @throws IllegalArgumentException if there are no regions, or one without replicas
   */
  public static ReplicationFactor byRegion(Map<String, Integer> replicas) {
    if (replicas.isEmpty()) {
      throw new IllegalArgumentException("replicas in no region: name one at least");
    }
    replicas.forEach(
        (region, count) -> {
          if (count < 1) {
            throw new IllegalArgumentException(
                count
                    + " replicas in region '"
                    + region
                    + "': give at least 1, or leave the region out");
          }
        });
    int sum = replicas.values().stream().mapToInt(Integer::intValue).sum();
    return new ReplicationFactor(sum, new TreeMap<>(replicas));
  }

  /**
   * Reads a factor as people write it: {@code 3}, or {@code eu=3,us=3,asia=1}.
   *
   * @throws IllegalArgumentException if it is neither; the message says what is allowed
   */
  public static ReplicationFactor parse(String text) {
    if (text.indexOf('=') < 0) {
      return of(number(text, text));
    }
    SortedMap<String, Integer> byRegion = new TreeMap<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      String region = equals < 0 ? "" : part.substring(0, equals).strip();
      if (region.isEmpty()
          || byRegion.put(region, number(part.substring(equals + 1), text)) != null) {
        throw malformed(text, null);
      }
    }
    return byRegion(byRegion);
  }

  private static int number(String digits, String text) {
    try {
      return Integer.parseInt(digits.strip());
    } catch (NumberFormatException notANumber) {
      throw malformed(text, notANumber);
    }
  }

  private static IllegalArgumentException malformed(
      String text, @Nullable NumberFormatException cause) {
    return new IllegalArgumentException(
        "replication factor '"
            + text
            + "': give a number, such as 3, or a number for each region, such as eu=3,us=3,asia=1",
        cause);
  }

  /** Returns the replicas of each key, in all. */
  public int replicas() {
    return replicas;
  }

  /** Returns the replicas in each region; empty if they may be on any nodes. */
  public SortedMap<String, Integer> byRegion() {
    return byRegion;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ReplicationFactor that
        && replicas == that.replicas
        && byRegion.equals(that.byRegion);
  }

  @Override
  public int hashCode() {
    return Objects.hash(replicas, byRegion);
  }

  /** As people write it. */
  @Override
  public String toString() {
    return byRegion.isEmpty()
        ? Integer.toString(replicas)
        : byRegion.entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue())
            .collect(Collectors.joining(","));
  }
}
