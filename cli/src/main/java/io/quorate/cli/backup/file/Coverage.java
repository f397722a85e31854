package io.quorate.cli.backup.file;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which parts of partitions are in files, and which are not. */
public final class Coverage {
  private final List<Part> lacking = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  /**
   * A partition from a key on.
   *
   * @param after the key after which it begins, as in {@link Segment#after}
   */
  public record Part(String tenant, int partition, String after) {}

  /**
   * @param tenants whose partitions are to be covered
   * @param partitions of each tenant
   */
  public Coverage(List<String> tenants, int partitions, List<Segment> segments) {
    Map<String, Map<Integer, Map<String, Segment>>> byBeginning = new TreeMap<>();
    for (Segment each : segments) {
      Segment other =
          byBeginning
              .computeIfAbsent(each.tenant(), name -> new TreeMap<>())
              .computeIfAbsent(each.partition(), number -> new TreeMap<>())
              .put(each.after(), each);
      if (other != null) {
        faults.add(each.where() + " is there twice");
      }
    }
    for (String tenant : tenants) {
      for (int partition = 0; partition < partitions; partition++) {
        Map<String, Segment> its =
            byBeginning.getOrDefault(tenant, Map.of()).getOrDefault(partition, new TreeMap<>());
        follow(new Part(tenant, partition, ""), its);
      }
    }
    // What was followed is taken out.
    byBeginning.values().stream()
        .flatMap(ofTenant -> ofTenant.values().stream())
        .flatMap(ofPartition -> ofPartition.values().stream())
        .forEach(each -> faults.add(each.where() + " has a part that follows no other"));
  }

  private void follow(Part whole, Map<String, Segment> segments) {
    String at = "";
    Segment next = segments.remove(at);
    while (next != null && next.next() != null) {
      at = next.next();
      next = segments.remove(at);
    }
    if (next == null) {
      lacking.add(new Part(whole.tenant(), whole.partition(), at));
    }
  }

  /** Returns what is not covered, by tenant and partition. */
  public List<Part> lacking() {
    return List.copyOf(lacking);
  }

  /** Returns what is covered more than once, or does not belong to it, in words. */
  public List<String> faults() {
    return List.copyOf(faults);
  }
}
