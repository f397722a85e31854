package io.quorate.cluster;

import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.BeginCut;
import io.quorate.cluster.Command.BeginPastCut;
import io.quorate.cluster.Command.ChangeAccess;
import io.quorate.cluster.Command.CloseCut;
import io.quorate.cluster.Command.CloseForRestore;
import io.quorate.cluster.Command.ConfirmPurge;
import io.quorate.cluster.Command.CreateJoinToken;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.DropJoinToken;
import io.quorate.cluster.Command.DropTenant;
import io.quorate.cluster.Command.EndCut;
import io.quorate.cluster.Command.Filled;
import io.quorate.cluster.Command.FinishRestore;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Command.GiveUpRestore;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.KeepLocks;
import io.quorate.cluster.Command.LimitChange;
import io.quorate.cluster.Command.MoveNode;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.NodeReplaced;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.PromisePurge;
import io.quorate.cluster.Command.RaiseClusterVersion;
import io.quorate.cluster.Command.RearmCut;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Command.SealCut;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Command.TakeForRestore;
import io.quorate.cluster.Command.TruncateTenant;
import io.quorate.cluster.Member.State;
import io.quorate.model.LockKeepers;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a command whatever the state: names, numbers and sizes that no cluster takes.
 * Asked before a command is proposed, so that it never gets into the log, and again when it is
 * folded in, for a log may hold what another version or a faulty member proposed. So no command,
 * once folded in, leaves a state that is too large to be encoded, or that cannot be read again.
 */
public final class CommandRules {
  private CommandRules() {}

  /**
   * Returns why no cluster at a version takes a command, as a sentence for its author; null if some
   * may.
   */
  public static @Nullable String refusalOf(Command command, int clusterVersion) {
    try {
      check(command);
      checkVersion(command.bare(), clusterVersion);
      if (clusterVersion >= TenantRules.FACTOR_BOUNDED_FROM_VERSION) {
        checkFactor(command.bare());
      }
      return null;
    } catch (IllegalArgumentException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  /**
   * Returns why a command does not get into the log, though it is folded in if it is there: nodes
   * of an earlier release let it in. Null if it may get there.
   */
  public static @Nullable String refusalOfNew(Command command) {
    try {
      checkFactor(command.bare());
      return null;
    } catch (IllegalArgumentException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  /** A tenant that is created has at most what the lists have that there are. */
  private static void checkFactor(Command command) {
    switch (command) {
      case AlterTenant alter ->
          TenantRules.checkCanBePlanned(nameOf(alter), alter.replicationFactor());
      case CloseForRestore close ->
          TenantRules.checkCanBePlanned(close.name(), close.replicationFactor());
      case FinishRestore finish ->
          TenantRules.checkCanBePlanned(finish.name(), finish.replicationFactor());
      default -> {} // says nothing of a factor that lists would have to be planned for
    }
  }

  /** Returns whether a cluster at a version knows all that a command says. */
  public static boolean isTakenAt(Command command, int clusterVersion) {
    try {
      checkVersion(command.bare(), clusterVersion);
      return true;
    } catch (IllegalArgumentException tooNew) {
      return false;
    }
  }

  private static void checkVersion(Command command, int clusterVersion) {
    switch (command) {
      case CreateTenant create -> {
        if (RestoringInto.valueOf(create.settings(), TenantSetting.RESTORING) != 0) {
          checkRestores(create.name(), clusterVersion); // says more than which setting is too new
        }
        TenantRules.checkVersion(
            create.name(), create.settings(), create.replicationFactor(), clusterVersion);
      }
      case AlterTenant alter ->
          TenantRules.checkVersion(
              nameOf(alter), alter.settings(), alter.replicationFactor(), clusterVersion);
      case DropTenant(String name, int id) -> checkDrops(name, clusterVersion);
      case TruncateTenant(String name, int id) -> checkDrops(name, clusterVersion);
      case CloseForRestore close -> {
        checkRestores(close.name(), clusterVersion);
        TenantRules.checkVersion(
            close.name(), close.settings(), close.replicationFactor(), clusterVersion);
      }
      case TakeForRestore take -> checkRestores(take.name(), clusterVersion);
      case FinishRestore finish -> {
        checkRestores(finish.name(), clusterVersion);
        TenantRules.checkVersion(
            finish.name(), finish.settings(), finish.replicationFactor(), clusterVersion);
      }
      case GiveUpRestore giveUp -> checkRestores(giveUp.name(), clusterVersion);
      case KeepLocks keep ->
          StateRules.check(
              clusterVersion >= ClusterState.LOCKS_FROM_VERSION,
              "there are locks since cluster version %d, and the cluster is at version %d: upgrade"
                  + " all nodes, and finalize the upgrade with 'quorate cluster upgrade finalize'"
                  + " first",
              ClusterState.LOCKS_FROM_VERSION,
              clusterVersion);
      case ChangeAccess change ->
          StateRules.check(
              clusterVersion >= ClusterState.ACCESS_FROM_VERSION,
              "there are users and roles since cluster version %d, and the cluster is at version"
                  + " %d: upgrade all nodes, and finalize the upgrade with 'quorate cluster upgrade"
                  + " finalize' first",
              ClusterState.ACCESS_FROM_VERSION,
              clusterVersion);
      case BeginCut begin -> checkHasCuts(clusterVersion);
      case BeginPastCut begin -> checkHasCuts(clusterVersion);
      case RearmCut rearm -> checkHasCuts(clusterVersion);
      case CloseCut close -> checkHasCuts(clusterVersion);
      case SealCut seal -> checkHasCuts(clusterVersion);
      case EndCut end -> checkHasCuts(clusterVersion);
      case CreateJoinToken create -> checkHasJoinTokens(clusterVersion);
      case DropJoinToken drop -> checkHasJoinTokens(clusterVersion);
      case Join join -> {
        if (join.token() != null) {
          checkHasJoinTokens(clusterVersion);
        }
      }
      default -> {} // all others are as the first version knows them
    }
  }

  private static void checkDrops(String tenant, int clusterVersion) {
    StateRules.check(
        clusterVersion >= ClusterState.DROPPING_FROM_VERSION,
        "tenant '%s': tenants are dropped and truncated since cluster version %d, and the cluster"
            + " is at version %d: upgrade all nodes, and finalize the upgrade with 'quorate cluster"
            + " upgrade finalize' first",
        tenant,
        ClusterState.DROPPING_FROM_VERSION,
        clusterVersion);
  }

  private static void checkRestores(String tenant, int clusterVersion) {
    StateRules.check(
        TenantSetting.RESTORED_INTO.existsAt(clusterVersion),
        "tenant '%s': tenants are restored since cluster version %d, and the cluster is at version"
            + " %d: upgrade all nodes, and finalize the upgrade with 'quorate cluster upgrade"
            + " finalize' first",
        tenant,
        TenantSetting.RESTORED_INTO.since(),
        clusterVersion);
  }

  private static void checkHasCuts(int clusterVersion) {
    StateRules.check(
        clusterVersion >= ClusterState.CUTS_FROM_VERSION,
        "backups are taken of one moment since cluster version %d, and the cluster is at version"
            + " %d: upgrade all nodes, and finalize the upgrade with 'quorate cluster upgrade"
            + " finalize' first, or take a backup without --exact",
        ClusterState.CUTS_FROM_VERSION,
        clusterVersion);
  }

  private static void checkHasJoinTokens(int clusterVersion) {
    StateRules.check(
        clusterVersion >= ClusterState.JOIN_TOKENS_FROM_VERSION,
        "there are join tokens since cluster version %d, and the cluster is at version %d: upgrade"
            + " all nodes, and finalize the upgrade with 'quorate cluster upgrade finalize' first",
        ClusterState.JOIN_TOKENS_FROM_VERSION,
        clusterVersion);
  }

  private static String nameOf(AlterTenant alter) {
    return alter.name().isEmpty() ? Tenant.DEFAULT_NAME : alter.name();
  }

  private static void check(Command command) {
    switch (command) {
      case NodeStarted started -> {
        checkMember(
            started.id(),
            started.address(),
            started.region(),
            started.zone(),
            started.weight(),
            started.incarnation(),
            started.release());
        Names.checkIfGiven("name", started.name());
        if (!started.clientAddress().isEmpty()) {
          Names.checkAddress(started.clientAddress());
        }
      }
      case Join join -> {
        checkMember(
            join.id(),
            join.address(),
            join.region(),
            join.zone(),
            join.weight(),
            0,
            join.release());
        if (join.token() != null) {
          JoinTokenText.checkId(join.token().id());
        }
      }
      case NodeReplaced replaced ->
          checkMember(
              replaced.id(),
              replaced.address(),
              replaced.region(),
              replaced.zone(),
              replaced.weight(),
              0,
              replaced.release());
      case CreateJoinToken create -> {
        StateRules.check(
            create.nowMillis() >= 0, "a join token made before 1970: correct the node's clock");
        JoinToken.checkTtl(create.token().expiresMillis() - create.nowMillis());
      }
      case DropJoinToken(String id) -> JoinTokenText.checkId(id);
      case CreateTenant create -> {
        Names.check("tenant", create.name());
        TenantRules.check(create.name(), create.settings(), create.replicationFactor());
      }
      case AlterTenant alter -> {
        Names.checkIfGiven("tenant", alter.name());
        TenantRules.check(nameOf(alter), alter.settings(), alter.replicationFactor());
      }
      case DropTenant(String name, int id) -> checkTenant(name, id);
      case TruncateTenant(String name, int id) -> checkTenant(name, id);
      case CloseForRestore close -> {
        Names.check("tenant", close.name());
        TenantRules.check(close.name(), close.settings(), close.replicationFactor());
      }
      case TakeForRestore take -> {
        Names.check("tenant", take.name());
        checkPartitions(take.lookedAt());
      }
      case FinishRestore finish -> {
        Names.check("tenant", finish.name());
        TenantRules.check(finish.name(), finish.settings(), finish.replicationFactor());
        for (TenantSetting<?> setting : finish.settings().said()) {
          StateRules.check(
              !setting.isFixed(),
              "tenant '%s': the end of a restore gives no %s",
              finish.name(),
              setting.name());
        }
      }
      case GiveUpRestore giveUp -> Names.check("tenant", giveUp.name());
      case MoveNode place -> {
        Names.checkIfGiven("region", place.region());
        Names.checkIfGiven("zone", place.zone());
      }
      case BeginCut begin -> CutSteps.checkNames(begin.tenants());
      case BeginPastCut begin -> CutSteps.checkNames(begin.tenants());
      case SealCut seal -> {
        checkPartitions(seal.counted());
        seal.counted().forEach(CommandRules::checkNodes);
      }
      case EndCut end -> CutSteps.checkReason(end.reason());
      case PromisePurge promise -> checkPartitions(promise.partitions());
      case ConfirmPurge confirm -> checkPartitions(confirm.partitions());
      case Filled filled -> checkPartitions(filled.places());
      case StepMoves moves -> {
        checkPartitions(moves.steps());
        for (MoveStep step : moves.steps()) {
          checkNodes(step.excused());
        }
      }
      case PlanChange plan -> {
        checkPartitions(plan.targets().keySet());
        for (List<NodeId> target : plan.targets().values()) {
          checkNodes(target);
        }
      }
      case LimitChange limits -> {
        var unused = limits.applyTo(Change.Limits.DEFAULT);
      }
      case Requested requested -> {
        StateRules.check(
            Requests.mayAskFor(requested.change()),
            "operators do not request a %s",
            requested.change().getClass().getSimpleName());
        StateRules.check(
            requested.expectedStateVersion() >= 0,
            "state version %d is expected: it counts from 1, and 0 is for none",
            requested.expectedStateVersion());
        if (requested.limits() != null) {
          check(requested.limits());
        }
        check(requested.change());
      }
      case RaiseClusterVersion raise ->
          StateRules.check(
              raise.version() >= 1, "cluster version %d: they count from 1", raise.version());
      case KeepLocks(LockKeepers keepers) -> {
        StateRules.check(!keepers.next().isEmpty(), "no node is named that is to keep locks");
        checkNodes(keepers.next());
        checkNodes(keepers.voters());
        checkNodes(keepers.founders());
      }
      case GiveUpNodes give -> {
        StateRules.check(
            !give.nodes().isEmpty(), "no node is named: name those that are to be given up");
        checkNodes(give.nodes());
      }
      default -> {} // nothing but ids, numbers that the state checks, and marks
    }
  }

  private static void checkTenant(String name, int id) {
    Names.check("tenant", name);
    StateRules.check(id >= 0, "tenant id %s: ids count from 1; 0 means any", id);
  }

  private static void checkMember(
      NodeId node,
      String address,
      String region,
      String zone,
      double weight,
      int incarnation,
      Release release) {
    var unused = new Member(node, address, region, zone, weight, incarnation, release, State.SPARE);
  }

  private static void checkPartitions(Collection<?> named) {
    StateRules.check(
        named.size() <= ClusterState.PARTITIONS_MAX,
        "%d partitions are named: a cluster has at most %d",
        named.size(),
        ClusterState.PARTITIONS_MAX);
  }

  private static void checkNodes(Collection<NodeId> named) {
    StateRules.check(
        named.size() <= ClusterState.MEMBERS_MAX,
        "%d nodes are named: a cluster has at most %d",
        named.size(),
        ClusterState.MEMBERS_MAX);
  }
}
