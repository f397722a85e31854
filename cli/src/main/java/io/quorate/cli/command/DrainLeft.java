package io.quorate.cli.command;

import io.quorate.client.admin.DrainStatus;
import java.util.ArrayList;
import java.util.List;

/** Why a node cannot be stopped unnoticed yet. */
public final class DrainLeft {
  private DrainLeft() {}

  /** Returns what is left to do, each as part of a sentence; none if the node is drained. */
  public static List<String> of(DrainStatus status) {
    List<String> left = new ArrayList<>();
    if (!status.drained()) {
      left.add("it was put back into service, or started again");
    }
    if (status.requests() > 0) {
      left.add(status.requests() + " requests are under way");
    }
    if (status.leadsMetadata()) {
      left.add("no other node is able to lead the metadata group");
    }
    if (status.decidesLocks()) {
      left.add("no other node is able to decide about locks");
    }
    if (status.hints() > 0) {
      left.add(status.hints() + " hints for nodes that are up are not delivered");
    }
    return left;
  }
}
