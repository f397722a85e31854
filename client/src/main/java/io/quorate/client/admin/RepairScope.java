package io.quorate.client.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be compared.
 *
 * @param partitions none for all
 * @param tenant its name; null for all
 * @param node id of a node whose replicas are meant; null for all
 */
public record RepairScope(
    List<Integer> partitions, @Nullable String tenant, @Nullable String node) {
  public RepairScope {
    partitions = List.copyOf(partitions);
  }
}
