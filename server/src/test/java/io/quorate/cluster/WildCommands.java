package io.quorate.cluster;

import io.quorate.access.AccessChange;
import io.quorate.access.Action;
import io.quorate.access.Grant;
import io.quorate.access.Grantee;
import io.quorate.access.KeyPrefix;
import io.quorate.access.LoginSecret;
import io.quorate.access.PasswordVerifier;
import io.quorate.access.TenantPattern;
import io.quorate.cluster.Command.AtEpoch;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import io.quorate.placement.Cut;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.SettingKind;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Commands of all kinds for a state: most of them fit it, so that it gets somewhere; others name
 * what there is not, are much too long, or hold numbers at which sums and counts go wrong.
 */
public final class WildCommands {
  /** Seldom: a long text costs more than all else. */
  private static final int TEXT_CHARS_MAX = 70_000;

  private static final int LIST_MAX = 300;

  private final SplittableRandom random;
  private ClusterState state;

  public WildCommands(SplittableRandom random, ClusterState state) {
    this.random = random;
    this.state = state;
  }

  /** Returns the next one for this state. */
  public Command next(ClusterState now) {
    state = now;
    Command plain = plain();
    return random.nextInt(5) > 0
        ? plain
        : new Command.Requested(
            new RequestKey(0, random.nextInt(8)),
            random.nextInt(2),
            number(random.nextBoolean() ? 0 : Math.max(0, state.stateVersion() - 3)),
            perhaps(this::limits),
            plain);
  }

  private Command.LimitChange limits() {
    return new Command.LimitChange(
        perhaps(() -> (int) number(16)),
        perhaps(() -> number(0)),
        perhaps(random::nextBoolean),
        perhaps(random::nextBoolean));
  }

  private Command plain() {
    return switch (random.nextInt(43)) {
      case 0, 1 ->
          new Command.CreateTenant(text("t", 3), (int) number(random.nextInt(5)), settings());
      case 2, 3 ->
          new Command.AlterTenant(text("t", 3), settings(), (int) number(random.nextInt(10)));
      case 4 -> new Command.PromisePurge(places(), random.nextLong(40));
      case 5 -> new Command.ConfirmPurge(places(), random.nextLong(40));
      case 6 -> new Command.Readmit(node(), random.nextBoolean());
      case 7 -> replaced();
      case 8 -> new Command.Refill(node(), partition(), epoch());
      case 9 -> filled();
      case 10, 11, 12 ->
          new Command.Join(
              node(),
              address(),
              text("r", 1),
              text("z", 3),
              weight(),
              random.nextBoolean(),
              release(),
              perhaps(this::tokenUse));
      case 13 -> new Command.AddNode(node());
      case 14 -> new Command.RemoveNode(node());
      case 15 -> new Command.GiveUpNodes(new TreeSet<>(nodes()), random.nextBoolean());
      case 16 -> new Command.AcknowledgeLoss();
      case 17 -> new Command.ReplaceNode(node(), node());
      case 18 -> new Command.MoveNode(node(), text("r", 1), text("z", 3));
      case 19 -> new Command.Rebalance();
      case 20 -> new Command.CancelChange();
      case 21 -> limits();
      case 22 -> plan();
      case 23, 24 -> steps();
      case 25 -> new Command.MarkDown(node(), random.nextBoolean());
      case 28 -> newToken();
      case 29 -> new Command.DropJoinToken(isWild() ? text("t", 3) : tokenId());
      case 30 -> new Command.DropTenant(text("t", 3), random.nextInt(6));
      case 31 -> new Command.TruncateTenant(text("t", 3), random.nextInt(6));
      case 39 ->
          new Command.CloseForRestore(
              random.nextBoolean() ? "default" : text("t", 3),
              ReplicationFactor.of((int) number(random.nextInt(5))),
              settings()
                  .with(TenantSetting.RESTORED_FROM, number(1 + random.nextLong(2)))
                  .with(TenantSetting.RESTORING, number(1 + random.nextLong(40))));
      case 40 ->
          new Command.TakeForRestore(closed(), restoring(), isWild() ? places() : everywhere());
      case 41 -> new Command.GiveUpRestore(closed(), random.nextBoolean() ? 0 : restoring());
      case 42 ->
          new Command.FinishRestore(
              closed(),
              isWild() ? (int) number(random.nextInt(9)) : idOf(closed()),
              ReplicationFactor.of((int) number(random.nextInt(5))),
              settings());
      case 33 ->
          new Command.BeginCut(
              new TreeSet<>(Set.of(random.nextBoolean() ? "default" : text("t", 3))),
              number(random.nextLong(1, 40)));
      case 34 -> new Command.RearmCut(cut(), number(random.nextLong(40)));
      case 35 -> new Command.CloseCut(cut());
      case 36 -> new Command.SealCut(cut(), counted());
      case 38 ->
          new Command.BeginPastCut(
              new TreeSet<>(Set.of(random.nextBoolean() ? "default" : text("t", 3))),
              number(random.nextLong(1, 40)));
      case 37 ->
          new Command.EndCut(
              cut(),
              random.nextBoolean() ? Cut.Cause.OTHER : Cut.Cause.BEFORE_HISTORY,
              text("r", 2));
      case 27 -> new Command.ChangeAccess(access());
      case 26 -> new Command.RaiseClusterVersion((int) number(random.nextInt(4)));
      default ->
          random.nextBoolean()
              ? new Command.NodeLeft(node())
              : new Command.NodeStarted(
                  node(),
                  address(),
                  text("r", 1),
                  text("z", 3),
                  weight(),
                  (int) number(random.nextInt(5)),
                  release(),
                  random.nextBoolean() ? "" : text("n", 2),
                  random.nextBoolean() ? "" : address());
    };
  }

  private JoinTokens.Use tokenUse() {
    return new JoinTokens.Use(isWild() ? text("t", 3) : tokenId(), number(random.nextInt(90_000)));
  }

  private List<AtEpoch> everywhere() {
    List<AtEpoch> all = new ArrayList<>();
    for (int number = 0; number < state.partitions().size(); number++) {
      all.add(new AtEpoch(number, state.partitions().get(number).epoch()));
    }
    return all;
  }

  private String closed() {
    return state.tenants().values().stream()
        .filter(Tenant::isBeingRestored)
        .map(Tenant::name)
        .findFirst()
        .orElseGet(() -> text("t", 3));
  }

  private int idOf(String name) {
    Tenant known = state.tenants().get(name);
    return known == null ? 0 : known.id();
  }

  private long restoring() {
    return state.tenants().values().stream()
        .filter(Tenant::isBeingRestored)
        .map(each -> each.get(TenantSetting.RESTORING))
        .findFirst()
        .orElseGet(() -> number(random.nextLong(40)));
  }

  private long cut() {
    return number(state.cut().id());
  }

  private List<SortedSet<NodeId>> counted() {
    List<SortedSet<NodeId>> counted = new ArrayList<>();
    for (PartitionPlacement each : state.partitions()) {
      counted.add(new TreeSet<>(isWild() ? nodes() : each.preferenceList()));
    }
    return counted;
  }

  private Command newToken() {
    long now = number(random.nextInt(90_000));
    return new Command.CreateJoinToken(
        tokenId(),
        isWild() ? text("t", 3) : "0f".repeat(32),
        now + number(JoinToken.TTL_MILLIS_MIN),
        (int) number(1 + random.nextInt(3)),
        now);
  }

  private String tokenId() {
    return "0000000" + random.nextInt(4);
  }

  private AccessChange access() {
    String user = text("u", 3);
    String role = random.nextBoolean() ? "reader" : text("r", 2);
    Grantee grantee =
        random.nextBoolean()
            ? new Grantee(Grantee.Kind.USER, user)
            : new Grantee(Grantee.Kind.ROLE, role);
    return switch (random.nextInt(10)) {
      case 0 -> new AccessChange.CreateUser(user, new TreeSet<>(Set.of(role)));
      case 1 -> new AccessChange.DropUser(user);
      case 2 -> new AccessChange.CreateRole(role);
      case 3 -> new AccessChange.DropRole(role);
      case 4 -> new AccessChange.GiveRole(user, role);
      case 5 -> new AccessChange.TakeRole(user, role);
      case 6 -> new AccessChange.AddGrant(grantee, grant());
      case 7 -> new AccessChange.SetPassword(user, password(), random.nextBoolean(), secret());
      case 8 -> new AccessChange.DropPasswords(user, random.nextBoolean());
      default -> new AccessChange.RevokeGrant(grantee, grant());
    };
  }

  private PasswordVerifier password() {
    return new PasswordVerifier(base64(16), 4096 + random.nextInt(2), base64(32), base64(32));
  }

  private String base64(int bytes) {
    byte[] some = new byte[bytes];
    some[0] = (byte) random.nextInt(2);
    return Base64.getEncoder().encodeToString(some);
  }

  private LoginSecret secret() {
    byte[] some = new byte[LoginSecret.BYTES];
    some[0] = (byte) random.nextInt(4);
    return LoginSecret.of(some);
  }

  private Grant grant() {
    return random.nextBoolean()
        ? Grant.of(Action.numbered(1 + random.nextInt(11)))
        : new Grant(
            Set.of(Action.READ, Action.WRITE),
            new TenantPattern("t" + random.nextInt(3) + (random.nextBoolean() ? "*" : "")),
            KeyPrefix.of("k" + random.nextInt(3)));
  }

  private Release release() {
    return random.nextInt(8) == 0
        ? new Release("9", 7, 8)
        : random.nextBoolean() ? Releases.THIS : Releases.NEXT;
  }

  private boolean isWild() {
    return random.nextInt(20) == 0;
  }

  private <T> @Nullable T perhaps(Supplier<T> value) {
    return random.nextBoolean() ? value.get() : null;
  }

  private long number(long fitting) {
    if (!isWild()) {
      return fitting;
    }
    long[] edges = {
      -1,
      0,
      1,
      127,
      128,
      255,
      256,
      65_535,
      65_536,
      Integer.MAX_VALUE,
      Integer.MIN_VALUE,
      1L << 32,
      Long.MAX_VALUE,
      Long.MIN_VALUE
    };
    return edges[random.nextInt(edges.length)];
  }

  /**
   * Returns one of a few names; or an empty one, one that is too long, or one of any characters.
   */
  private String text(String prefix, int names) {
    if (!isWild()) {
      return prefix + random.nextInt(names);
    }
    return switch (random.nextInt(4)) {
      case 0 -> "";
      case 1 -> "x".repeat(random.nextInt(random.nextInt(10) == 0 ? TEXT_CHARS_MAX : 300));
      case 2 -> "\u00e9\u4e16\ud83d\ude00".repeat(random.nextInt(100));
      default -> {
        StringBuilder any = new StringBuilder();
        for (int left = random.nextInt(80); left > 0; left--) {
          any.append((char) random.nextInt(1 << 16));
        }
        yield any.toString();
      }
    };
  }

  private String address() {
    return isWild() ? text("h", 9) : "h" + random.nextInt(12) + ":1";
  }

  private double weight() {
    double[] wild = {Double.NaN, -1, 0, Double.POSITIVE_INFINITY, Double.MIN_VALUE};
    return isWild() ? wild[random.nextInt(wild.length)] : 1 + random.nextInt(3);
  }

  private NodeId node() {
    return new NodeId(number(1 + random.nextInt(9)));
  }

  private List<NodeId> nodes() {
    List<NodeId> nodes = new ArrayList<>();
    for (int left = isWild() ? random.nextInt(LIST_MAX) : random.nextInt(6); left > 0; left--) {
      nodes.add(node());
    }
    return nodes;
  }

  private int partition() {
    return (int) number(random.nextInt(state.partitions().size()));
  }

  /** Returns the current epoch of any partition. */
  private long epoch() {
    return number(state.partitions().get(random.nextInt(state.partitions().size())).epoch());
  }

  private List<AtEpoch> places() {
    List<AtEpoch> places = new ArrayList<>();
    for (int left = isWild() ? random.nextInt(LIST_MAX) : random.nextInt(6); left > 0; left--) {
      int partition = random.nextInt(state.partitions().size());
      places.add(
          isWild()
              ? new AtEpoch(partition(), epoch())
              : new AtEpoch(partition, state.partitions().get(partition).epoch()));
    }
    return places;
  }

  private Command filled() {
    List<Command.Filled.Place> places = new ArrayList<>();
    places().forEach(each -> places.add(new Command.Filled.Place(each.partition(), each.epoch())));
    return new Command.Filled(node(), places);
  }

  private Command replaced() {
    NodeId lost = node();
    Member member = state.members().get(lost);
    return member == null || isWild()
        ? new Command.NodeReplaced(
            lost, node(), address(), text("r", 1), text("z", 3), weight(), release())
        : new Command.NodeReplaced(
            lost, node(), member.address(), member.region(), member.zone(), weight(), release());
  }

  private Command plan() {
    TreeMap<Integer, List<NodeId>> targets = new TreeMap<>();
    List<NodeId> members = new ArrayList<>(state.members().keySet());
    for (int left = random.nextInt(8); left > 0; left--) {
      int size = Math.min(members.size(), 1 + random.nextInt(5));
      int first = random.nextInt(members.size());
      List<NodeId> list = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        list.add(members.get((first + i) % members.size()));
      }
      targets.put(partition(), isWild() ? nodes() : list);
    }
    return new Command.PlanChange(number(state.change().wishedAt()), targets);
  }

  private Command steps() {
    List<MoveStep> steps = new ArrayList<>();
    for (AtEpoch each : places()) {
      MoveStep.Kind[] kinds = MoveStep.Kind.values();
      MoveStep.Kind kind = kinds[random.nextInt(kinds.length)];
      if (each.partition() >= 0 && each.partition() < state.partitions().size() && !isWild()) {
        kind = fitting(state.partitions().get(each.partition()));
      }
      steps.add(
          new MoveStep(
              each.partition(),
              each.epoch(),
              kind,
              new TreeSet<>(random.nextInt(5) == 0 ? nodes() : List.of())));
    }
    return new Command.StepMoves(steps);
  }

  private static MoveStep.Kind fitting(PartitionPlacement partition) {
    if (partition.move() == null) {
      return MoveStep.Kind.BEGIN;
    }
    return switch (partition.move().step()) {
      case DUAL_WRITE -> MoveStep.Kind.CUT_OVER;
      case CUTOVER, STEP_BACK -> MoveStep.Kind.FINISH;
      case CLEANUP -> MoveStep.Kind.END;
    };
  }

  private TenantSettings settings() {
    Level[] levels = {
      Level.ONE, Level.TWO, Level.QUORUM, Level.ALL, new Level.Count(1 + random.nextInt(4))
    };
    ReadRepair[] repairs = {
      ReadRepair.BLOCKING, ReadRepair.EVERYONE, ReadRepair.OFF, ReadRepair.background(30)
    };
    TenantSettings settings = TenantSettings.NONE;
    for (TenantSetting<?> setting : TenantSetting.ALL) {
      settings =
          drawn(
              settings,
              setting,
              switch (setting.kind()) {
                case SettingKind.OfLevel kind ->
                    perhaps(() -> levels[random.nextInt(levels.length)]);
                case SettingKind.OfReadRepair kind ->
                    perhaps(() -> repairs[random.nextInt(repairs.length)]);
                case SettingKind.OfNumber kind -> perhaps(() -> number(7));
                case SettingKind.OfChoice<?> kind ->
                    perhaps(() -> kind.values().get(random.nextInt(kind.values().size())));
              });
    }
    return settings;
  }

  private static <T> TenantSettings drawn(
      TenantSettings others, TenantSetting<T> setting, @Nullable Object value) {
    return others.with(setting, value == null ? null : setting.kind().cast(value));
  }
}
