package io.quorate.cli.tenant;

import io.quorate.cli.command.EachNode;
import io.quorate.cli.command.EachNode.Answer;
import io.quorate.cli.output.Bytes;
import io.quorate.cli.output.Output;
import io.quorate.cli.output.Table;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.TenantShare;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/** What tenants have in the whole cluster, by what each node says that it has. */
final class TenantTotals {
  /** A node tells no more of them in one answer. */
  private static final int AT_ONCE = 16;

  private final int partitions;
  private final Map<String, Total> byTenant = new LinkedHashMap<>();

  /** Of nodes that could not be asked, one for each. */
  private final List<Answer<?>> failed = new ArrayList<>();

  /** What one tenant has, as far as nodes have told. */
  private final class Total {
    /** By partition, from the replica that has most: others may lack some. */
    private final Map<Integer, Long> keys = new TreeMap<>();

    /** Partitions that a node has and has not counted. */
    private final Set<Integer> uncounted = new TreeSet<>();

    private long diskBytes;

    /** Nodes that could not say how much lies on their disk. */
    private boolean lacksDisks;

    void add(TenantShare share) {
      share.keys().forEach((partition, count) -> keys.merge(partition, count, Math::max));
      uncounted.addAll(share.uncounted());
      share.diskBytes().ifPresentOrElse(bytes -> diskBytes += bytes, () -> lacksDisks = true);
    }

    long keys() {
      return keys.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many partitions nodes count now: all that lack, if each node could be asked. */
    int reading() {
      return failed.isEmpty()
          ? partitions - keys.size()
          : (int) uncounted.stream().filter(each -> !keys.containsKey(each)).count();
    }

    /** How many partitions only nodes have that could not be asked. */
    int unasked() {
      return partitions - keys.size() - reading();
    }

    OptionalLong diskBytes() {
      return lacksDisks ? OptionalLong.empty() : OptionalLong.of(diskBytes);
    }
  }

  /**
   * @param partitions of the cluster
   * @param tenants in the order in which they are shown
   */
  TenantTotals(int partitions, List<String> tenants) {
    this.partitions = partitions;
    tenants.forEach(tenant -> byTenant.put(tenant, new Total()));
  }

  /** Asks all nodes what these tenants have. */
  static TenantTotals ask(QuorateClient client, List<String> tenants) {
    ClusterStatus status = Administration.of(client).cluster().status();
    TenantTotals totals = new TenantTotals(status.partitions(), tenants);
    for (int from = 0; from < tenants.size(); from += AT_ONCE) {
      List<String> some = tenants.subList(from, Math.min(tenants.size(), from + AT_ONCE));
      EachNode.ask(client, status.nodes(), node -> node.tenants(some)).forEach(totals::add);
    }
    return totals;
  }

  private void add(Answer<List<TenantShare>> answer) {
    List<TenantShare> shares = answer.value();
    if (shares != null) {
      add(shares);
    } else if (failed.stream().noneMatch(other -> other.node().equals(answer.node()))) {
      failed.add(answer);
    }
  }

  /** Shows them; gives the exit code. */
  int show(Output output) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("tenants", json());
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("keys", keys());
    diskBytes().ifPresent(bytes -> all.put("disk_bytes", bytes));
    object.put("all", all);
    object.put("not_asked", EachNode.notAsked(failed));
    output.result(object, this::text);
    note(
        output,
        Total::reading,
        "%d partitions are not counted yet: nodes read them now. Ask again");
    note(
        output,
        Total::unasked,
        "%d partitions are not counted: the nodes that have them could not be asked");
    return EachNode.report(failed, output);
  }

  /** One node told what it has. */
  void add(List<TenantShare> shares) {
    for (TenantShare share : shares) {
      Total total = byTenant.get(share.tenant());
      if (total != null) {
        total.add(share);
      }
    }
  }

  /** Tells how many partitions are not counted for one reason, of the tenant that lacks most. */
  private void note(Output output, ToIntFunction<Total> uncounted, String text) {
    int most = byTenant.values().stream().mapToInt(uncounted).max().orElse(0);
    if (most > 0) {
      output.note("quorate: " + text.formatted(most));
    }
  }

  private long keys() {
    return byTenant.values().stream().mapToLong(Total::keys).sum();
  }

  /** Of all of them; empty if a node could not say it of one. */
  private OptionalLong diskBytes() {
    return byTenant.values().stream().anyMatch(total -> total.lacksDisks)
        ? OptionalLong.empty()
        : OptionalLong.of(byTenant.values().stream().mapToLong(total -> total.diskBytes).sum());
  }

  private List<Map<String, Object>> json() {
    List<Map<String, Object>> tenants = new ArrayList<>();
    byTenant.forEach(
        (name, total) -> {
          Map<String, Object> object = new LinkedHashMap<>();
          object.put("name", name);
          object.put("keys", total.keys());
          object.put("partitions_counted", total.keys.size());
          object.put("partitions", partitions);
          total.diskBytes().ifPresent(bytes -> object.put("disk_bytes", bytes));
          tenants.add(object);
        });
    return tenants;
  }

  private String text() {
    Table table = new Table("tenant", "keys>", "partitions counted>", "on disk>");
    byTenant.forEach(
        (name, total) ->
            table.row(
                name,
                total.keys(),
                total.keys.size() + " of " + partitions,
                text(total.diskBytes())));
    if (byTenant.size() > 1) {
      table.row("(all)", keys(), "", text(diskBytes()));
    }
    return table.toString();
  }

  private static String text(OptionalLong diskBytes) {
    return diskBytes.isPresent() ? Bytes.text(diskBytes.getAsLong()) : "?";
  }
}
