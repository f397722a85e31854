package io.quorate.client.internal.engine;

import io.quorate.client.FailureCode;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says of a call that no node has got, and that is given up, what it waited for. Owned by the loop.
 */
final class Unreached {
  private final ClusterView view;
  private final Nodes nodes;
  private final PlacementWatch watch;

  Unreached(ClusterView view, Nodes nodes, PlacementWatch watch) {
    this.view = view;
    this.nodes = nodes;
    this.watch = watch;
  }

  /**
   * Returns why a call failed.
   *
   * @param carrier what was to be sent for it: the call itself, or an update with its changes
   * @param within the time that the call had, as the end of a sentence
   */
  QuorateException failure(Call<?> call, Call<?> carrier, String within) {
    OverloadedException heldBack = carrier.heldBack;
    if (heldBack != null) {
      return Failures.heldBack(call, within, heldBack);
    }
    if (view.lacksDefaultTtl(carrier)) {
      return Failures.settingsUnknown(call, within);
    }
    if (carrier instanceof UpdateCall && !view.knowsClock()) {
      return Failures.givenUp(
          call,
          "no node told the cluster's clock"
              + within
              + ": check that the nodes of the endpoints are up, or give it more time",
          FailureCode.NONE);
    }
    return isDenied()
        ? Failures.denied(call, refusals())
        : noNode(call, carrier.lastRefusal, within);
  }

  /** Returns that none of the nodes could be asked that were tried. */
  QuorateException noNodeOf(Call<?> call, Tried tried) {
    return noNode(call, call.lastRefusal, "", tried.toString(), tried);
  }

  private QuorateException noNode(Call<?> call, @Nullable String refusal, String within) {
    if (view.table() != null) {
      return noNode(call, refusal, within, reached(), null);
    }
    Tried tried = watch.tried();
    return noNode(call, refusal, within, tried.toString(), tried);
  }

  /**
   * @param who the nodes, and what came of asking them
   * @param tried the same where no node was ever met: the wrong ones may be named, or the client is
   *     not let in
   */
  private static QuorateException noNode(
      Call<?> call, @Nullable String refusal, String within, String who, @Nullable Tried tried) {
    String what =
        refusal == null
            ? "no Quorate node could be asked" + within
            : "no Quorate node carried it out" + within + ", the last refusal was by " + refusal;
    String why = what + " (" + who + ")";
    return tried == null
        ? Failures.givenUp(call, why, FailureCode.NONE)
        : Failures.givenUp(call, why + tried.advice(), tried.code());
  }

  /** Whether each node that is known lets the client do nothing, and none is connected. */
  private boolean isDenied() {
    List<Connection> all = List.copyOf(nodes.all());
    return !all.isEmpty()
        && all.stream().allMatch(each -> !each.ready() && each.trouble().denied());
  }

  private String refusals() {
    Tried tried = new Tried();
    nodes.all().forEach(node -> tried.add(node.address(), node.trouble()));
    return tried.toString();
  }

  private String reached() {
    StringBuilder reached = new StringBuilder();
    for (Connection node : nodes.all()) {
      reached.append(reached.isEmpty() ? "" : "; ").append(node);
    }
    return reached.toString();
  }
}
