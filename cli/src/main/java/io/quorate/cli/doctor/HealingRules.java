package io.quorate.cli.doctor;

import io.quorate.cli.command.Views;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.Purging;
import java.util.ArrayList;
import java.util.List;

/** What may keep replicas from becoming equal. */
final class HealingRules {
  private static final long MANY_HINTS = 100_000;
  private static final long PURGE_OVERDUE_MILLIS = 24 * 3_600_000L;

  private HealingRules() {}

  /** Hints that pile up for one node. */
  static List<Finding> hints(Observations seen) {
    List<Finding> found = new ArrayList<>();
    for (NodeView member : seen.members()) {
      long hints = seen.about(member.id()).stream().mapToLong(NodeView::hints).sum();
      if (hints > MANY_HINTS) {
        found.add(
            Finding.warning(
                "hints-many",
                seen.name(member.id()),
                "Other nodes keep "
                    + hints
                    + " records for it. Past hints.max_per_node its partitions are compared"
                    + " instead, which takes longer.",
                "Bring it back, or look why it takes so long (quorate cluster status --watch"
                    + " 2s)."));
      }
    }
    return found;
  }

  /** Deliveries that an operator has stopped, and perhaps forgotten. */
  static List<Finding> paused(Observations seen) {
    List<Finding> found = new ArrayList<>();
    seen.own()
        .forEach(
            (id, status) -> {
              if (status.report().hintsPaused()) {
                found.add(
                    Finding.warning(
                        "hints-paused",
                        seen.name(id),
                        "It delivers no hints: an operator has paused that.",
                        "When that is over: quorate hints resume"));
              }
              for (NodeView target : status.nodes()) {
                if (target.hintsPaused() && !status.report().hintsPaused()) {
                  found.add(
                      Finding.warning(
                          "hints-paused",
                          seen.name(id),
                          "It delivers no hints to "
                              + seen.name(target.id())
                              + ", as an operator asked.",
                          "When that is over: quorate hints resume"));
                }
              }
            });
    return found;
  }

  /** Hints overflowed or were given up: only a comparison finds what is missing. */
  static List<Finding> marks(Observations seen) {
    List<Finding> found = new ArrayList<>();
    for (NodeView member : seen.members()) {
      int repairs = seen.about(member.id()).stream().mapToInt(NodeView::repairs).sum();
      if (repairs > 0) {
        found.add(
            Finding.warning(
                "repairs-pending",
                seen.name(member.id()),
                "It missed more than could be remembered: "
                    + repairs
                    + " marks say that its partitions must be compared. Until then fewer replicas"
                    + " hold what was written meanwhile.",
                "Keep it up: comparing begins by itself. Watch it with quorate cluster status"
                    + " --watch 2s"));
      }
    }
    return found;
  }

  /** Differences that no hint covers are found by comparing, if anything is compared. */
  static List<Finding> comparisons(Observations seen) {
    List<Finding> found = new ArrayList<>();
    seen.own()
        .forEach(
            (id, status) -> {
              int overdue = status.report().comparisonsOverdue();
              boolean hearsAll =
                  seen.members().stream().allMatch(member -> Views.hears(status, member.id()));
              if (overdue > 0 && hearsAll) { // one that is down cannot be compared with
                found.add(
                    Finding.warning(
                        "repair-overdue",
                        seen.name(id),
                        "%d of %d comparisons with other replicas have not succeeded for long, the"
                                .formatted(overdue, status.report().comparisons())
                            + " oldest for "
                            + status.report().comparisonAgeMillis() / 1000
                            + " s: differences may stay.",
                        "Run quorate repair, and look into its log if that fails."));
              }
            });
    return found;
  }

  /** What is deleted stays on the disks, be it that no round is opened or that none ends. */
  static List<Finding> purging(Observations seen) {
    List<Finding> found = new ArrayList<>();
    seen.own()
        .forEach(
            (id, status) -> {
              Purging purging = status.report().purging();
              if (purging.overdueMillis() > PURGE_OVERDUE_MILLIS) {
                found.add(
                    Finding.warning(
                        "purge-overdue",
                        seen.name(id),
                        "Deleted records could have been taken off its disk for %d h; a round is"
                                .formatted(purging.overdueMillis() / 3_600_000)
                            + " open in %d of %d partitions in which there are some."
                                .formatted(purging.open(), purging.due()),
                        "A round ends once every replica of its partition is up and all hold the"
                            + " same: start nodes that are down, and run quorate repair."));
              }
            });
    return found;
  }

  static List<Finding> deadLetters(Observations seen) {
    List<Finding> found = new ArrayList<>();
    seen.own()
        .forEach(
            (id, status) -> {
              long letters = status.report().deadLetters();
              if (letters > 0) {
                found.add(
                    Finding.warning(
                        "dead-letters",
                        seen.name(id),
                        "It keeps " + letters + " records that it could not deliver.",
                        "Look at them, then replay or drop them: quorate hints deadletters"));
              }
            });
    return found;
  }
}
