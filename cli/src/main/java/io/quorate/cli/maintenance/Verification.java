package io.quorate.cli.maintenance;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.EachNode;
import io.quorate.cli.command.EachNode.Answer;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.NodeText;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.cli.output.ProgressLine;
import io.quorate.cli.output.Table;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.PartitionHash;
import io.quorate.client.admin.Placement;
import io.quorate.client.admin.RepairScope;
import io.quorate.model.Quoted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Shows that replicas are equal, trusting nothing that nodes keep up to date: each reads all that
 * it holds of a partition from its disk, and their hashes are compared here.
 */
final class Verification {
  /** A partition that is written to differs for a moment, again and again. */
  private static final int ATTEMPTS_MAX = 6;

  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int AT_ONCE = 4;
  private static final Duration ONE_PARTITION = Duration.ofMinutes(10);

  /** A record that is younger may not be at all its replicas yet. */
  private static final Duration YOUNG = Duration.ofSeconds(2);

  private final QuorateClient client;
  private final RepairScope scope;
  private final Console console;
  private final Output output;
  private final Map<String, NodeView> nodes = new LinkedHashMap<>();

  /** By node: why it could not be asked. */
  private final Map<String, String> notAsked = new TreeMap<>();

  private Placement placement;
  private long records;
  private long bytes;

  /**
   * What came of one partition.
   *
   * @param difference null if its replicas are equal
   * @param young whether it was being written to
   * @param moved whether it was not read under one epoch everywhere, which says nothing
   * @param notAsked by replica: why it could not be asked
   * @param records that were read and are equal
   * @param bytes of these
   */
  private record Compared(
      @Nullable Difference difference,
      boolean young,
      boolean moved,
      Map<String, String> notAsked,
      long records,
      long bytes) {
    boolean whole() {
      return notAsked.isEmpty();
    }
  }

  /**
   * A partition of which replicas differ.
   *
   * @param held what each replica holds, by node
   */
  private record Difference(
      int partition, WantedFactors.Factor factor, Map<String, PartitionHash.OfFactor> held) {}

  Verification(QuorateClient client, RepairScope scope, Console console, Output output) {
    this.client = client;
    this.scope = scope;
    this.console = console;
    this.output = output;
    this.placement = Administration.of(client).cluster().placement();
    look();
  }

  /** Learns of the nodes that there are, and where partitions are now. */
  private void look() {
    placement = Administration.of(client).cluster().placement();
    Administration.of(client)
        .cluster()
        .status()
        .nodes()
        .forEach(node -> nodes.put(node.id(), node));
  }

  private long epoch(int partition) {
    return placement.partitions().get(partition).epoch();
  }

  int run() {
    WantedFactors factors = wanted();
    List<Integer> left = partitions();
    int all = left.size();
    Map<Integer, Compared> open = new TreeMap<>();
    int equal = 0;
    int partial = 0;
    try (ProgressLine bar =
        new ProgressLine(
            console, !output.json(), "verify", ProgressLine.Unit.PARTITIONS, Math.max(1, all))) {
      for (int attempt = 1; attempt <= ATTEMPTS_MAX && !left.isEmpty(); attempt++) {
        if (attempt > 1) {
          LockSupport.parkNanos(AGAIN_NANOS);
          look();
          factors = factors.and(wanted()); // one may have been altered meanwhile
        }
        List<Integer> again = new ArrayList<>();
        for (int from = 0; from < left.size(); from += AT_ONCE) {
          List<Integer> some = left.subList(from, Math.min(left.size(), from + AT_ONCE));
          Map<Integer, Compared> compared = compare(some, factors);
          for (var each : compared.entrySet()) {
            if (each.getValue().difference() != null || each.getValue().moved()) {
              open.put(each.getKey(), each.getValue());
              again.add(each.getKey());
            } else {
              open.remove(each.getKey());
              equal += each.getValue().whole() ? 1 : 0;
              partial += each.getValue().whole() ? 0 : 1;
              records += each.getValue().records();
              bytes += each.getValue().bytes();
              notAsked.putAll(each.getValue().notAsked());
            }
          }
          bar.at(equal + partial, open.size() + " to be read again");
        }
        left = again;
      }
    }
    return report(all, equal, partial, open);
  }

  private WantedFactors wanted() {
    WantedFactors factors = WantedFactors.of(placement.tenants(), scope.tenant());
    if (factors.factors().isEmpty()) {
      throw new CommandFailedException(
          ExitCode.UNKNOWN_TENANT,
          "there is no tenant " + Quoted.of(String.valueOf(scope.tenant())));
    }
    return factors;
  }

  private List<Integer> partitions() {
    List<Integer> chosen = new ArrayList<>();
    int count = placement.partitions().size();
    for (int partition : scope.partitions()) {
      if (partition < 0 || partition >= count) {
        throw new CommandFailedException(
            ExitCode.NOT_FOUND,
            "there is no partition %d: give 0 to %d".formatted(partition, count - 1));
      }
    }
    if (scope.node() != null && !nodes.containsKey(scope.node())) {
      throw new CommandFailedException(
          ExitCode.NOT_FOUND, "node " + scope.node() + " is no member of the cluster");
    }
    for (int partition = 0; partition < count; partition++) {
      boolean wanted = scope.partitions().isEmpty() || scope.partitions().contains(partition);
      if (wanted && (scope.node() == null || replicas(partition).contains(scope.node()))) {
        chosen.add(partition);
      }
    }
    return chosen;
  }

  /** Ids, the most preferred first. */
  private List<String> replicas(int partition) {
    return placement.partitions().get(partition).preferenceList().stream()
        .map(position -> placement.nodes().get(position).id())
        .toList();
  }

  private Map<Integer, Compared> compare(List<Integer> some, WantedFactors factors) {
    Map<Integer, Map<String, CompletableFuture<PartitionHash>>> asked = new LinkedHashMap<>();
    for (int partition : some) {
      Map<String, CompletableFuture<PartitionHash>> byNode = new LinkedHashMap<>();
      replicas(partition).stream()
          .limit(factors.reach())
          .forEach(
              id -> {
                NodeView node = nodes.get(id);
                byNode.put(
                    id,
                    node == null
                        ? new CompletableFuture<>()
                        : Administration.of(client)
                            .asyncMaintenance(node.address())
                            .hash(partition, ONE_PARTITION));
              });
      asked.put(partition, byNode);
    }
    Map<Integer, Compared> compared = new LinkedHashMap<>();
    asked.forEach(
        (partition, byNode) -> compared.put(partition, compare(partition, byNode, factors)));
    if (compared.values().stream().allMatch(Compared::whole)) {
      return compared;
    }
    // A node that could not be asked for a partition that has moved on is asked again, of what it
    // is now.
    Map<Integer, Long> before = new TreeMap<>();
    compared.keySet().forEach(partition -> before.put(partition, epoch(partition)));
    look();
    compared.replaceAll(
        (partition, each) ->
            new Compared(
                each.difference(),
                each.young(),
                each.moved() || !Objects.equals(before.get(partition), epoch(partition)),
                each.notAsked(),
                each.records(),
                each.bytes()));
    return compared;
  }

  private Compared compare(
      int partition, Map<String, CompletableFuture<PartitionHash>> asked, WantedFactors factors) {
    Map<String, PartitionHash> hashes = new LinkedHashMap<>();
    Map<String, String> failed = new TreeMap<>();
    Set<Long> epochs = new LinkedHashSet<>();
    asked.forEach(
        (id, future) -> {
          NodeView node = nodes.get(id);
          if (node == null) {
            failed.put(id, "no node that was asked for the cluster's nodes knows it");
            return;
          }
          Answer<PartitionHash> answer = EachNode.await(node, future);
          if (answer.denied()) {
            throw new CommandFailedException(ExitCode.DENIED, String.valueOf(answer.failure()));
          }
          PartitionHash hash = answer.value();
          if (hash == null) {
            failed.put(id, String.valueOf(answer.failure()));
          } else {
            hashes.put(id, hash);
            epochs.add(hash.epoch());
          }
        });
    if (epochs.stream().anyMatch(epoch -> epoch != epoch(partition))) {
      return new Compared(
          null, false, true, failed, 0, 0); // other replicas may be in charge by now
    }
    boolean young = false;
    long recordsRead = 0;
    long bytesRead = 0;
    Difference difference = null;
    for (WantedFactors.Factor factor : factors.present(hashes.values())) {
      Map<String, PartitionHash.OfFactor> held = new LinkedHashMap<>();
      hashes.forEach(
          (id, hash) ->
              hash.factors().stream()
                  .filter(each -> WantedFactors.of(each).equals(factor))
                  .forEach(each -> held.put(id, each)));
      for (PartitionHash.OfFactor each : held.values()) {
        young |= each.records() > 0 && each.newestAge().compareTo(YOUNG) < 0;
      }
      boolean equal =
          held.values().stream().map(PartitionHash.OfFactor::hash).distinct().count() < 2;
      if (!equal) {
        difference = new Difference(partition, factor, held);
      } else {
        for (PartitionHash.OfFactor each : held.values()) {
          recordsRead += each.records();
          bytesRead += each.bytes();
        }
      }
    }
    return new Compared(difference, young, false, failed, recordsRead, bytesRead);
  }

  private int report(int all, int equal, int partial, Map<Integer, Compared> open) {
    List<Difference> differences = new ArrayList<>();
    List<Integer> moving = new ArrayList<>();
    boolean young = false;
    for (Map.Entry<Integer, Compared> each : open.entrySet()) {
      Difference difference = each.getValue().difference();
      if (each.getValue().moved() || difference == null) {
        moving.add(each.getKey());
      } else {
        differences.add(difference);
        young |= each.getValue().young();
      }
    }
    NodeText called = NodeText.of(nodes.values());
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("partitions", all);
    object.put("equal", equal);
    object.put("not_all_replicas_asked", partial);
    object.put("changed_meanwhile", moving);
    object.put("differ", differences.stream().map(each -> json(each, called)).toList());
    object.put("records", records);
    object.put("bytes", bytes);
    object.put("writes_under_way", young);
    object.put("not_asked", notAsked);
    object.put("not_asked_names", names(notAsked.keySet(), called));
    output.result(object, () -> text(all, equal, partial, differences, called));
    if (!differences.isEmpty() && young) {
      output.note(
          "quorate: what differs was written to less than 2 s before it was read, %d times: try"
                  .formatted(ATTEMPTS_MAX)
              + " again when writes rest");
    }
    if (!moving.isEmpty()) {
      output.note(
          ("quorate: %d partitions moved on, or were purged, each of the %d times that they were"
                  + " read: %s. Nothing is known of them; verify them again once 'quorate cluster"
                  + " status' shows no change under way")
              .formatted(moving.size(), ATTEMPTS_MAX, moving));
    }
    notAsked.forEach(
        (id, why) ->
            output.note("quorate: node %s could not be asked: %s".formatted(called.of(id), why)));
    if (!differences.isEmpty()) {
      return ExitCode.DIFFERENT;
    }
    return partial > 0 || !moving.isEmpty() ? ExitCode.UNAVAILABLE : ExitCode.DONE;
  }

  private static Map<String, String> names(Set<String> ids, NodeText called) {
    Map<String, String> names = new TreeMap<>();
    ids.forEach(id -> names.put(id, called.name(id)));
    return names;
  }

  private static Map<String, Object> json(Difference difference, NodeText called) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("partition", difference.partition());
    object.put("replication_factor", difference.factor().next());
    List<Map<String, Object>> replicas = new ArrayList<>();
    difference
        .held()
        .forEach(
            (id, held) -> {
              Map<String, Object> replica = new LinkedHashMap<>();
              called.put(replica, "node", id);
              replica.put("records", held.records());
              replica.put("bytes", held.bytes());
              replica.put("hash", held.hash());
              replicas.add(replica);
            });
    object.put("replicas", replicas);
    return object;
  }

  private String text(
      int all, int equal, int partial, List<Difference> differences, NodeText called) {
    String sum =
        "%d of %d partitions are equal at all their replicas; %d records of %d bytes were read"
            .formatted(equal, all, records, bytes);
    String rest =
        partial == 0
            ? ""
            : "; of %d others only some replicas could be asked, and those are equal"
                .formatted(partial);
    if (differences.isEmpty()) {
      return sum + rest;
    }
    Table table = new Table("partition>", "factor>", "node", "records>", "bytes>", "hash");
    for (Difference difference : differences) {
      difference
          .held()
          .forEach(
              (id, held) ->
                  table.row(
                      difference.partition(),
                      difference.factor(),
                      called.of(id),
                      held.records(),
                      held.bytes(),
                      held.hash()));
    }
    return "%d partitions differ:%n%s%n%s%s".formatted(differences.size(), table, sum, rest);
  }
}
