package io.quorate.admin;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.RefusalKind;
import io.quorate.cluster.RequestKey;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.metadata.CommandOutcome.Unavailable;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.replication.api.Failure;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A request of an operator on its way to a decision. One with an id may be a retry, and what was
 * decided about the first is the answer to it: the node that it asks to remove may have left since,
 * and cannot be named any more. A node may hear late of what was decided, so it refuses nothing by
 * what it knows before it has made sure that there is no such decision.
 *
 * @param change what is asked for, by the state that this node knows; throws an {@link
 *     IllegalArgumentException} that says why if there is no such change
 * @param told called once
 */
public record OperatorRequest(
    ClusterAdmin admin,
    RequestTerms terms,
    Function<ClusterState, Command> change,
    long deadlineNanos,
    Consumer<CommandOutcome> told) {

  /** One whose caller is told in one place what was accepted, and in another why it was not. */
  public static OperatorRequest of(
      ClusterAdmin admin,
      RequestTerms terms,
      Function<ClusterState, Command> change,
      long deadlineNanos,
      Consumer<Accepted> done,
      Consumer<Failure> failed) {
    return new OperatorRequest(
        admin,
        terms,
        change,
        deadlineNanos,
        outcome -> {
          Failure failure = Refusals.of(outcome, terms, admin);
          if (failure != null) {
            failed.accept(failure);
          } else if (outcome instanceof Accepted accepted) {
            done.accept(accepted);
          }
        });
  }

  public void run(ClusterState state) {
    if (isDecided()) {
      return;
    }
    Command command;
    try {
      command = change.apply(state);
    } catch (IllegalArgumentException refused) {
      makeSure(Refusals.rejected(refused), this::runAgain);
      return;
    }
    propose(command);
  }

  /** With a state that shows all that was decided before the request came. */
  private void runAgain(Rejected refusal) {
    ClusterState state = admin.state();
    if (state == null) {
      told.accept(refusal);
      return;
    }
    Command command;
    try {
      command = change.apply(state);
    } catch (IllegalArgumentException refused) {
      told.accept(Refusals.rejected(refused));
      return;
    }
    propose(command);
  }

  private void propose(Command command) {
    admin.propose(
        terms.asksFor(command),
        deadlineNanos,
        outcome -> {
          if (outcome instanceof Rejected refusal) {
            makeSure(refusal, told::accept); // the leader refuses some without a decision
          } else {
            tell(outcome);
          }
        });
  }

  /**
   * Tells what was decided, once all nodes that are up go by it: the operator's next step, or a
   * client of another node, may count on it.
   */
  private void tell(CommandOutcome outcome) {
    if (!(outcome instanceof Accepted accepted)) {
      told.accept(outcome);
      return;
    }
    admin.spread(
        deadlineNanos,
        unaware ->
            told.accept(unaware.isEmpty() ? accepted : accepted.withWarning(ofThose(unaware))));
  }

  private String ofThose(Set<NodeId> unaware) {
    NodeNames names = NamedMember.names(admin.state());
    return "this is decided, but not known yet by %s, which go by what was before until they hear of it"
        .formatted(
            unaware.stream()
                .map(each -> "node " + names.of(each))
                .collect(Collectors.joining(", ")));
  }

  /** Goes on with a refusal if the request was not decided before. */
  private void makeSure(Rejected refusal, Consumer<Rejected> ifNot) {
    if (terms.key().equals(RequestKey.NONE) || refusal.kind() == RefusalKind.INVALID) {
      told.accept(refusal);
    } else if (!isDecided()) {
      admin.confirm(
          deadlineNanos,
          sure -> {
            if (!sure) {
              told.accept(
                  new Unavailable(
                      "it is not known whether this request was decided before: no leader of the"
                          + " metadata group answered. This attempt changed nothing; ask again"
                          + " under the same request id"));
            } else if (!isDecided()) {
              ifNot.accept(refusal);
            }
          });
    }
  }

  /** Tells what was decided before, if it was. */
  private boolean isDecided() {
    CommandOutcome before = admin.decided(terms.key(), terms.content());
    if (before != null) {
      tell(before);
    }
    return before != null;
  }
}
