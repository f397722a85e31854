package io.quorate.cluster;

import static io.quorate.cluster.StateRules.check;

import io.quorate.cluster.Command.BeginCut;
import io.quorate.cluster.Command.BeginPastCut;
import io.quorate.cluster.Command.EndCut;
import io.quorate.cluster.Command.SealCut;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.model.NodeId;
import io.quorate.model.Quoted;
import io.quorate.placement.Cut;
import io.quorate.placement.Cut.Cause;
import io.quorate.placement.Cut.Step;
import io.quorate.placement.Model;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.version.Hlc;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a cut, those that replicas must not mix up each under epochs of its own: what was
 * sent before it is refused after it (docs/design/cuts.md). There is one cut at a time, and all
 * partitions take part, whichever tenants it is of: a session may have read in one and written in
 * any other.
 */
final class CutSteps {
  private static final int REASON_CHARS_MAX = 1_000;

  private CutSteps() {}

  /**
   * What is wrong with it whatever the state.
   *
   * @throws IllegalArgumentException saying what
   */
  static void checkNames(SortedSet<String> tenants) {
    check(!tenants.isEmpty(), "no tenant is named: name those that a backup is taken of");
    check(
        tenants.size() <= TenantRules.TENANTS_MAX,
        "%d tenants are named: a cluster has at most %d",
        tenants.size(),
        TenantRules.TENANTS_MAX);
    tenants.forEach(name -> Names.check("tenant", name));
  }

  /**
   * @throws IllegalArgumentException if it cannot be kept in a state
   */
  static void checkReason(String reason) {
    check(
        reason.length() <= REASON_CHARS_MAX && reason.codePoints().noneMatch(CutSteps::isHalf),
        "why a cut ends, %s: give at most %d characters of Unicode",
        Quoted.of(reason),
        REASON_CHARS_MAX);
  }

  /** Whether it is half of a pair only, which no UTF-8 says. */
  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /**
   * @throws IllegalArgumentException if there can be no cut now; says why
   */
  static Decision begin(ClusterState state, BeginCut begin, long index) {
    Cut before = state.cut();
    SortedSet<Integer> ids = new TreeSet<>();
    Rejected unknown = resolve(state, begin.tenants(), ids);
    if (unknown != null) {
      return unknown;
    }
    checkTime(begin.time(), before);
    return accepted(
        state,
        new Cut(index, begin.time(), Step.ARMED, ids, List.of(), before.floor(), ""),
        underNextEpochs(state),
        index);
  }

  /**
   * One of the past is closed at once: replicas have kept what was replaced since, whatever T is.
   *
   * @throws IllegalArgumentException if there can be no such cut now; says why
   */
  static Decision begin(ClusterState state, BeginPastCut begin, long index) {
    SortedSet<Integer> ids = new TreeSet<>();
    Rejected unknown = resolve(state, begin.tenants(), ids);
    if (unknown != null) {
      return unknown;
    }
    checkHasMoments(state, begin.tenants());
    Rejected forgetful = withoutHistory(state, begin.tenants());
    if (forgetful != null) {
      return forgetful;
    }
    checkIsShown(begin.time());
    long floor = Hlc.later(state.cut().floor(), begin.time());
    return accepted(
        state,
        new Cut(index, begin.time(), Step.CLOSED, true, ids, List.of(), floor, ""),
        underNextEpochs(state),
        index);
  }

  private static @Nullable Rejected withoutHistory(ClusterState state, SortedSet<String> names) {
    for (String name : names) {
      Tenant tenant = state.tenants().get(name);
      if (tenant != null && tenant.get(TenantSetting.HISTORY_MILLIS) == 0) {
        return new Rejected(
            RefusalKind.NO_HISTORY,
            ("tenant '%s' has no history, so it is not known what it held at a moment that has"
                    + " passed; to have one from now on, 'quorate tenant alter %s --history 24h'")
                .formatted(name, name));
      }
    }
    return null;
  }

  /**
   * Gathers the ids of tenants of which there can be a cut now.
   *
   * @return why there can be none, if another cut has not ended, or a tenant does not exist; else
   *     null
   * @throws IllegalArgumentException if there can be none for another reason; says which
   */
  private static @Nullable Rejected resolve(
      ClusterState state, SortedSet<String> names, SortedSet<Integer> ids) {
    Cut before = state.cut();
    if (before.step() != Step.ENDED) {
      return new Rejected(
          RefusalKind.OTHER_CUT,
          ("cut %d is %s, and there is one at a time: wait until its backup or export is done,"
                  + " or end it with 'quorate backup end-cut'")
              .formatted(before.id(), before.step()));
    }
    for (String name : names) {
      Tenant tenant = state.tenants().get(name);
      if (tenant == null) {
        return new Rejected(
            RefusalKind.UNKNOWN_TENANT,
            "tenant %s does not exist: list those that do with 'quorate tenant list'"
                .formatted(Quoted.of(name)));
      }
      checkTenant(tenant);
      ids.add(tenant.id());
    }
    for (int number = 0; number < state.partitions().size(); number++) {
      checkWhole(number, state.partitions().get(number));
    }
    return null;
  }

  /** Of records without moments it is known what they are when a cut is closed, and no more. */
  private static void checkHasMoments(ClusterState state, SortedSet<String> names) {
    for (String name : names) {
      Tenant tenant = state.tenants().get(name);
      Model model = tenant == null ? Model.LAST_WRITE_WINS : tenant.get(TenantSetting.MODEL);
      check(
          model.records().hasMoments(),
          "tenant '%s' is of model %s, and a backup or export as of a moment that has passed is of"
              + " tenants of model %s only: an exact backup takes it, each key by itself"
              + " ('quorate backup create --exact')",
          name,
          model,
          Model.LAST_WRITE_WINS);
    }
  }

  private static void checkTenant(Tenant tenant) {
    check(
        !tenant.isBeingRestored(),
        "tenant '%s' is being restored: wait until it is, or drop it",
        tenant.name());
  }

  /** A replica that is being filled, or arrives, may lack what was written before. */
  static void checkWhole(int number, PartitionPlacement partition) {
    check(
        partition.move() == null,
        "partition %d is on the move: wait until 'quorate cluster status' shows no move, or cancel"
            + " the change",
        number);
    check(
        partition.filling().isEmpty(),
        "partition %d: nodes %s are being filled: wait until they are",
        number,
        partition.filling());
  }

  private static void checkIsShown(long time) {
    check(
        !Hlc.isBeyondEnd(time),
        "a cut at %s is asked for, a time that no clock shows",
        Hlc.toString(time));
  }

  private static void checkTime(long time, Cut before) {
    checkIsShown(time);
    check(
        Long.compareUnsigned(time, before.floor()) > 0,
        "a cut at %s is asked for, and one at %s was made: give a later time",
        Hlc.toString(time),
        Hlc.toString(before.floor()));
  }

  /**
   * @throws IllegalArgumentException if it cannot be armed again; says why
   */
  static Decision rearm(ClusterState state, long id, long time, long index) {
    Cut cut = expect(state, id, Step.ARMED, "armed again");
    checkTime(time, cut);
    check(
        Long.compareUnsigned(time, cut.time()) > 0,
        "cut %d is at %s, and is to be armed again at %s: give a later time",
        id,
        Hlc.toString(cut.time()),
        Hlc.toString(time));
    return accepted(
        state,
        new Cut(id, time, Step.ARMED, cut.tenants(), List.of(), cut.floor(), ""),
        underNextEpochs(state),
        index);
  }

  /**
   * @throws IllegalArgumentException if it cannot be closed; says why
   */
  static Decision close(ClusterState state, long id, long index) {
    Cut cut = expect(state, id, Step.ARMED, "closed");
    return accepted(
        state,
        new Cut(id, cut.time(), Step.CLOSED, cut.tenants(), List.of(), cut.time(), ""),
        underNextEpochs(state),
        index);
  }

  /**
   * @throws IllegalArgumentException if it cannot be sealed; says why
   */
  static Decision seal(ClusterState state, SealCut seal, long index) {
    Cut cut = expect(state, seal.id(), Step.CLOSED, "sealed");
    check(
        seal.counted().size() == state.partitions().size(),
        "images of %d partitions are to count, and there are %d",
        seal.counted().size(),
        state.partitions().size());
    for (int number = 0; number < seal.counted().size(); number++) {
      SortedSet<NodeId> counted = seal.counted().get(number);
      List<NodeId> owners = state.partitions().get(number).preferenceList();
      check(
          !counted.isEmpty() && owners.containsAll(counted),
          "partition %d: images of %s are to count, and its owners are %s",
          number,
          counted,
          owners);
    }
    return accepted(state, cut.at(Step.SEALED, seal.counted()), state.partitions(), index);
  }

  /**
   * @throws IllegalArgumentException if there is no such cut that could end; says why
   */
  static Decision end(ClusterState state, EndCut end, long index) {
    Cut cut = state.cut();
    checkIs(cut, end.id(), "ended");
    check(cut.step() != Step.ENDED, "cut %d has ended already", end.id());
    check(
        end.cause() == Cause.OTHER || cut.past(),
        "cut %d is to end as a history begins after its moment, and it is not of the past",
        end.id());
    return accepted(state, ended(cut, end.cause(), end.reason()), state.partitions(), index);
  }

  /**
   * A cut that is being made is void when anything is placed otherwise: under the epochs of another
   * step replicas take what a majority of images may lack, and images are of the tenants that there
   * were (docs/design/cuts.md).
   */
  static Decision voided(ClusterState before, Decision decision, long index) {
    if (before.cut().isPending()
        && decision instanceof Accepted(ClusterState next, List<String> warnings)
        && next.cut().equals(before.cut())) {
      String reason = whyVoid(before, next);
      return reason == null
          ? decision
          : new Accepted(next.with(ended(next.cut(), reason), next.partitions(), index), warnings);
    }
    return decision;
  }

  private static @Nullable String whyVoid(ClusterState before, ClusterState next) {
    for (int id : before.cut().tenants()) {
      Tenant was = withId(before, id);
      if (was != null && !was.equals(withId(next, id))) {
        return "tenant '%s' was altered, dropped or truncated meanwhile: try again"
            .formatted(was.name());
      }
    }
    for (int number = 0; number < before.partitions().size(); number++) {
      if (!before.partitions().get(number).equals(next.partitions().get(number))) {
        return ("partition %d took a step of a move, or some replica of it is being filled: try"
                + " again when 'quorate cluster status' shows that nothing moves")
            .formatted(number);
      }
    }
    return null;
  }

  private static @Nullable Tenant withId(ClusterState state, int id) {
    return state.tenants().values().stream()
        .filter(tenant -> tenant.id() == id)
        .findFirst()
        .orElse(null);
  }

  /**
   * The cut of a cluster whose metadata group was recovered. The survivor may not have heard of its
   * later steps: what was read of it may be a backup, so nothing is stamped up to its time.
   */
  static Cut recovered(Cut survived) {
    if (survived.step() == Step.ENDED) {
      return survived;
    }
    Cut ended = ended(survived, "the metadata group was recovered meanwhile: try again");
    return new Cut(
        ended.id(),
        ended.time(),
        ended.step(),
        ended.past(),
        ended.tenants(),
        ended.counted(),
        Hlc.later(ended.floor(), ended.time()),
        ended.reason());
  }

  private static Cut ended(Cut cut, String reason) {
    return ended(cut, Cause.OTHER, reason);
  }

  private static Cut ended(Cut cut, Cause cause, String reason) {
    return new Cut(
        cut.id(),
        cut.time(),
        Step.ENDED,
        cut.past(),
        cut.tenants(),
        List.of(),
        cut.floor(),
        cause,
        reason);
  }

  private static Cut expect(ClusterState state, long id, Step step, String what) {
    Cut cut = state.cut();
    checkIs(cut, id, what);
    check(cut.step() == step, "cut %d is to be %s, and is %s, not %s", id, what, cut.step(), step);
    return cut;
  }

  private static void checkIs(Cut cut, long id, String what) {
    check(
        cut.id() == id && id != 0,
        "cut %d is to be %s, and %s",
        id,
        what,
        cut.id() == 0 ? "there never was one" : "the newest one is cut " + cut.id());
  }

  /** All partitions under epochs of their own: what was sent before is refused from then on. */
  static List<PartitionPlacement> underNextEpochs(ClusterState state) {
    List<PartitionPlacement> next = new ArrayList<>(state.partitions().size());
    for (PartitionPlacement each : state.partitions()) {
      next.add(
          new PartitionPlacement(
              each.epoch() + 1,
              each.preferenceList(),
              each.purge(),
              each.filling(),
              each.move(),
              each.alteredThrough()));
    }
    return Collections.unmodifiableList(next);
  }

  private static Accepted accepted(
      ClusterState state, Cut cut, List<PartitionPlacement> partitions, long index) {
    return new Accepted(state.with(cut, partitions, index), List.of());
  }
}
