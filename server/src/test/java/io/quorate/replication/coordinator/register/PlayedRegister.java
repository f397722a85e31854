package io.quorate.replication.coordinator.register;

import io.quorate.model.Key;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.PlayedNode;
import java.util.List;

/** Reads and proposals of one register, at a node whose replicas and peers a test plays. */
final class PlayedRegister {
  private static final long TIMEOUT_NANOS = 10_000_000_000L;

  private final PlayedNode node;
  private final Key key;
  private final RegisterProposal.Shared shared;

  PlayedRegister(PlayedNode node, Key key) {
    this.node = node;
    this.key = key;
    this.shared =
        new RegisterProposal.Shared(node.context(), node.hints(), new ReservedBallots(1 << 20));
  }

  List<Object> proposes(RegisterChange change) {
    return node.step(() -> propose(node.plan(), change));
  }

  /** Looks first whether replicas agree. */
  List<Object> reads(RegisterChange change) {
    return node.step(
        () ->
            new RegisterRead(
                    node.context(),
                    node.plan(),
                    key,
                    node.nanos() + TIMEOUT_NANOS,
                    change,
                    0,
                    node::answered,
                    plan -> propose(plan, change),
                    node::beginsAgain)
                .start());
  }

  private void propose(Plan plan, RegisterChange change) {
    new RegisterProposal(
            shared,
            plan,
            key,
            List.of(new ProposedParts.Part(change, node.nanos() + TIMEOUT_NANOS, node::answered)),
            0,
            (outcomes, read) -> outcomes.forEach(ProposedParts.Part::tell),
            node::beginsAgain)
        .start();
  }
}
