package io.quorate.metadata.bootstrap;

import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One round of questions: which addresses were asked, and what each has answered. */
final class Round {
  private List<String> asked = List.of();

  /** By address. */
  private final SortedMap<String, IntroductionReply> answered = new TreeMap<>();

  /** Addresses that did not answer, and why. */
  private final SortedMap<String, String> silent = new TreeMap<>();

  void begin(List<String> addresses) {
    asked = List.copyOf(addresses);
    answered.clear();
    silent.clear();
  }

  void answered(String address, IntroductionReply reply) {
    answered.put(address, reply);
  }

  void silent(String address, String why) {
    silent.put(address, why);
  }

  boolean isOver() {
    return answered.size() + silent.size() >= asked.size();
  }

  boolean isAllAnswered() {
    return silent.isEmpty();
  }

  Collection<IntroductionReply> replies() {
    return answered.values();
  }

  /** The clusters of the nodes that answered, each with the address of one of its nodes. */
  Map<ClusterId, String> clusters() {
    Map<ClusterId, String> clusters = new LinkedHashMap<>();
    answered.forEach(
        (address, reply) -> {
          if (reply.cluster() != null) {
            clusters.putIfAbsent(reply.cluster(), address);
          }
        });
    return clusters;
  }

  /** Another address at which the same node answered; null if at none. */
  @Nullable String otherAddressOf(NodeId node, String address) {
    for (IntroductionReply other : answered.values()) {
      if (other.node().equals(node) && !other.address().equals(address)) {
        return other.address();
      }
    }
    return null;
  }

  /** Why an answer makes the asker wait; null if none does. */
  @Nullable String waitFor() {
    for (IntroductionReply reply : answered.values()) {
      if (reply.waitFor() != null) {
        return reply.waitFor();
      }
    }
    return null;
  }

  /** Which addresses did not answer, and why, for people; empty if all did. */
  String absent() {
    return silent.entrySet().stream()
        .map(each -> each.getKey() + " (" + each.getValue() + ")")
        .collect(Collectors.joining(", "));
  }

  /** The nodes that cannot take others in, and why, for people. */
  String whyNobodyTakesIn() {
    String without =
        answered.keySet().stream()
            .map(each -> each + " (belongs to no cluster itself)")
            .collect(Collectors.joining(", "));
    String absent = absent();
    return without.isEmpty() || absent.isEmpty() ? without + absent : without + ", " + absent;
  }
}
