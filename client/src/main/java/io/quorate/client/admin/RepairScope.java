package io.quorate.client.admin;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is to be compared. */
public final class RepairScope {
  /** All that the node holds. */
  public static final RepairScope ALL = new RepairScope(List.of(), null, null);

  private final List<Integer> partitions;
  private final @Nullable String tenant;
  private final @Nullable String node;

  private RepairScope(List<Integer> partitions, @Nullable String tenant, @Nullable String node) {
    this.partitions = List.copyOf(partitions);
    this.tenant = tenant;
    this.node = node;
  }

  /** None for all. */
  public List<Integer> partitions() {
    return partitions;
  }

  /** Its name; null for all. */
  public @Nullable String tenant() {
    return tenant;
  }

  /** Id of a node whose replicas are meant; null for all. */
  public @Nullable String node() {
    return node;
  }

  public RepairScope partitions(List<Integer> partitions) {
    return new RepairScope(partitions, tenant, node);
  }

  public RepairScope tenant(@Nullable String tenant) {
    return new RepairScope(partitions, tenant, node);
  }

  public RepairScope node(@Nullable String node) {
    return new RepairScope(partitions, tenant, node);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RepairScope that
        && partitions.equals(that.partitions)
        && Objects.equals(tenant, that.tenant)
        && Objects.equals(node, that.node);
  }

  @Override
  public int hashCode() {
    return Objects.hash(partitions, tenant, node);
  }

  @Override
  public String toString() {
    return "RepairScope[partitions=" + partitions + ", tenant=" + tenant + ", node=" + node + "]";
  }
}
