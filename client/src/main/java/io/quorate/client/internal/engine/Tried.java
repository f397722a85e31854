package io.quorate.client.internal.engine;

import io.quorate.client.FailureCode;
import io.quorate.client.internal.net.Trouble;
import io.quorate.client.internal.net.Trouble.Amiss;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The nodes that were asked in vain, and why: each reason once, behind the nodes that it is of. */
public final class Tried {
  private final Map<String, Set<String>> addresses = new LinkedHashMap<>();
  private final Set<Amiss> amiss = EnumSet.noneOf(Amiss.class);

  /** Whether a node was asked, so that it is not the connections that are amiss. */
  private boolean answered;

  /** A node could not be asked. */
  public void add(String address, Trouble trouble) {
    put(address, trouble.toString());
    amiss.add(trouble.amiss());
  }

  /** A node was asked, and did not answer for a reason that it gave. */
  public void add(String address, String why) {
    put(address, why);
    answered = true;
  }

  private void put(String address, String why) {
    addresses.computeIfAbsent(why, first -> new LinkedHashSet<>()).add(address);
  }

  boolean isEmpty() {
    return addresses.isEmpty();
  }

  /**
   * Returns what to look at, as the end of a sentence, where no node could be asked. A node that
   * lets this client do nothing was reached, and has said why.
   */
  public String advice() {
    if (amiss.contains(Amiss.CALLER)) {
      return "";
    }
    if (amiss.equals(EnumSet.of(Amiss.TLS))) {
      return "; check the settings of TLS of the client and of the nodes";
    }
    return amiss.equals(EnumSet.of(Amiss.ENDPOINT)) || amiss.isEmpty()
        ? "; check the endpoints"
        : "; check the endpoints, and the client's settings of TLS";
  }

  /** Whether nodes were tried, and none of them got as far as to give a reason. */
  public boolean noneAnswered() {
    return !answered && !addresses.isEmpty();
  }

  /** Returns what is amiss with each of the nodes, none of which could be asked. */
  public FailureCode code() {
    return !answered && amiss.equals(EnumSet.of(Amiss.TLS)) ? FailureCode.TLS : FailureCode.NONE;
  }

  @Override
  public String toString() {
    return addresses.entrySet().stream()
        .map(each -> String.join(", ", each.getValue()) + ": " + each.getKey())
        .collect(Collectors.joining("; "));
  }
}
