package io.quorate.cluster.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.MalformedBytesException;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Clusters;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.CommandRules;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.cluster.RequestKey;
import io.quorate.model.Release;
import io.quorate.placement.Level;
import io.quorate.placement.Model;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.RestoredInto;
import io.quorate.placement.Retries;
import io.quorate.placement.SettingKind;
import io.quorate.placement.SettingSamples;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.jspecify.annotations.Nullable;

/** Every setting of a tenant is carried by the log and by the state, and bounded. */
@Tag("patient")
class TenantSettingsCodecTest {
  private static final String FIRST_COMMAND_KINDS = "0a0[23]";
  private static final int FIRST_STATE_FORMAT = 11;

  private final ClusterState genesis = Clusters.ofNodes(3);

  @Property
  void everySettingIsCarriedByTheLogAndTheState(@ForAll("said") TenantSettings said) {
    Command create = new CreateTenant("t", 3, said);
    TenantSettings altering = TenantSettings.NONE;
    for (TenantSetting<?> setting : said.said()) {
      altering = setting.isFixed() ? altering : taken(altering, setting, said);
    }
    Command alter = new AlterTenant("default", altering);
    assertThat(CommandCodec.decode(CommandCodec.encode(create, Release.NEWEST_VERSION)))
        .isEqualTo(create);
    assertThat(CommandCodec.decode(CommandCodec.encode(alter, Release.NEWEST_VERSION)))
        .isEqualTo(alter);

    ClusterState newest = Clusters.ofNodes(3);
    ClusterState created = accepted(newest.apply(create, 2));
    ClusterState altered = accepted(created.apply(alter, 3));
    assertHas(altered, "t", said);
    assertHas(altered, "default", altering);
    assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(altered))).isEqualTo(altered);
  }

  private static void assertHas(ClusterState state, String name, TenantSettings said) {
    Tenant tenant = Objects.requireNonNull(state.tenants().get(name));
    for (TenantSetting<?> setting : said.said()) {
      assertThat(tenant.get(setting)).isEqualTo(said.get(setting));
    }
  }

  @Provide
  Arbitrary<TenantSettings> said() {
    return settings(
            TenantSetting.ALL.stream()
                .filter(each -> each.existsAt(genesis.clusterVersion()))
                .toList())
        .filter(TenantSettingsCodecTest::goTogether);
  }

  /** What clients name is read and written at QUORUM, and repaired; what is merged is kept. */
  private static boolean goTogether(TenantSettings said) {
    ReadRepair repair = said.get(TenantSetting.READ_REPAIR);
    boolean once = said.get(TenantSetting.RETRIES) == Retries.ONCE;
    RestoredInto restored = said.get(TenantSetting.RESTORED_INTO);
    if (restored != null && restored != RestoredInto.NEW_TENANT) {
      return false; // a tenant that is created is a new one
    }
    Model model = said.get(TenantSetting.MODEL);
    Long ttl = said.get(TenantSetting.DEFAULT_TTL_MILLIS);
    boolean stays = ttl == null || ttl == 0;
    Long history = said.get(TenantSetting.HISTORY_MILLIS);
    if (history != null && history != 0 && model != null && model != Model.LAST_WRITE_WINS) {
      return false;
    }
    if (model != null && model.mergesFields()) {
      return !once && stays;
    }
    if (model == Model.LINEARIZABLE && !stays) {
      return false;
    }
    boolean named = model == Model.SIBLINGS || model == Model.LINEARIZABLE;
    return (!once && !named)
        || (once != named
            && isQuorum(said.get(TenantSetting.READ_LEVEL))
            && isQuorum(said.get(TenantSetting.WRITE_LEVEL))
            && (repair == null || repair.mode() != ReadRepair.Mode.OFF));
  }

  private static boolean isQuorum(@Nullable Level level) {
    return level == null || level.equals(Level.QUORUM);
  }

  @Provide
  Arbitrary<TenantSettings> later() {
    return settings(SettingSamples.LATER);
  }

  private static Arbitrary<TenantSettings> settings(List<TenantSetting<?>> settings) {
    Arbitrary<TenantSettings> all = Arbitraries.just(TenantSettings.NONE);
    for (TenantSetting<?> setting : settings) {
      all = all.flatMap(others -> with(others, setting));
    }
    return all;
  }

  private static <T> Arbitrary<TenantSettings> with(
      TenantSettings others, TenantSetting<T> setting) {
    return Arbitraries.of(SettingSamples.of(setting.kind()))
        .injectNull(0.4)
        .map(value -> others.with(setting, value));
  }

  /** Releases of the first cluster version read these. */
  @Property
  void theFirstSettingsAreWrittenAsTheFirstVersionReadsThem(@ForAll("said") TenantSettings said) {
    TenantSettings first = TenantSettings.NONE;
    for (TenantSetting<?> setting : said.said()) {
      first = setting.existsAt(1) ? taken(first, setting, said) : first;
    }
    Command create = new CreateTenant("t", 3, first);
    assertThat(hex(CommandCodec.encode(create, 1)).substring(0, 4)).matches(FIRST_COMMAND_KINDS);
    assertThat(hex(CommandCodec.encode(new AlterTenant("t", first), 1)).substring(0, 4))
        .matches(FIRST_COMMAND_KINDS);
    byte[] state =
        ClusterStateCodec.encode(accepted(Clusters.ofTheReleaseBefore().apply(create, 2)));
    assertThat(state[0]).isEqualTo((byte) FIRST_STATE_FORMAT);
  }

  private static <T> TenantSettings taken(
      TenantSettings others, TenantSetting<T> setting, TenantSettings from) {
    return others.with(setting, from.get(setting));
  }

  @Property
  void laterSettingsAreCarriedByAListOfIdsAndValues(@ForAll("later") TenantSettings later) {
    ByteWriter out = new ByteWriter();
    TenantSettingsCodec.writeLater(out, later);
    TenantSettings read =
        TenantSettingsCodec.readLater(
            new ByteReader("settings", out.toBytes()), TenantSettings.NONE, SettingSamples.LATER);
    assertThat(read).isEqualTo(later);
  }

  @Example
  void whatALaterReleaseAddedIsAnErrorAndNotPassedOver() {
    TenantSettings unknown = TenantSettings.NONE.with(SettingSamples.LATER_NUMBER, 7L);
    for (Command command :
        List.of(new CreateTenant("t", 3, unknown), new AlterTenant("t", unknown))) {
      byte[] bytes = CommandCodec.encode(command, SettingSamples.LATER_VERSION);
      assertThatThrownBy(() -> CommandCodec.decode(bytes))
          .isInstanceOf(MalformedBytesException.class)
          .hasMessageContaining("setting 1001 of a tenant, which this release does not know");
    }
  }

  @Example
  void thereIsOneEncodingOfLaterSettings() {
    ByteReader twice = new ByteReader("settings", bytes("02" + "e907" + "07" + "e907" + "07"));
    assertThatThrownBy(
            () -> TenantSettingsCodec.readLater(twice, TenantSettings.NONE, SettingSamples.LATER))
        .hasMessageContaining("out of order");
  }

  /**
   * What is refused before it is proposed is not left out in silence where it comes all the same.
   */
  @Example
  void aLaterSettingIsNeverWrittenAsTheFirstVersionDoes() {
    TenantSettings later = TenantSettings.NONE.with(SettingSamples.LATER_NUMBER, 7L);
    assertThatThrownBy(() -> CommandCodec.encode(new AlterTenant("t", later), 1))
        .hasMessageContaining("as the first cluster version does");
  }

  /** Other members may run a release that could not read it, until the version is raised. */
  @Example
  void aLaterSettingIsRefusedUntilTheClustersVersionKnowsIt() {
    TenantSettings later = TenantSettings.NONE.with(SettingSamples.LATER_NUMBER, 7L);
    for (Command command :
        List.of(
            new CreateTenant("t", 3, later),
            new AlterTenant("t", later),
            new Command.Requested(RequestKey.NONE, 1, 0, new AlterTenant("t", later)))) {
      String refusal = CommandRules.refusalOf(command, SettingSamples.LATER_VERSION - 1);
      assertThat(refusal)
          .contains(
              "'t'", "later_number", "since cluster version 2", "is at version 1", "finalize");
      assertThat(CommandRules.refusalOf(command, SettingSamples.LATER_VERSION)).isNull();
    }
  }

  @Example
  void everyBoundRefusesWithTheSettingTheValueAndWhatIsAllowed() {
    int bounds = 0;
    for (TenantSetting<?> setting : TenantSetting.ALL) {
      if (setting.kind() instanceof SettingKind.OfNumber numbers) {
        for (long wrong : SettingSamples.beyond(numbers)) {
          bounds++;
          isRefused(setting, wrong, numbers.show(wrong), numbers.show(numbers.max()));
        }
      }
    }
    assertThat(bounds).isGreaterThanOrEqualTo(12);
  }

  private <T> void isRefused(TenantSetting<T> setting, long wrong, String shown, String max) {
    TenantSettings said = TenantSettings.NONE.with(setting, setting.kind().cast(wrong));
    String words = setting.describe(setting.kind().cast(wrong));
    for (Command command :
        List.of(new CreateTenant("t", 3, said), new AlterTenant("default", said))) {
      @Nullable String refusal = CommandRules.refusalOf(command, setting.since());
      assertThat(refusal).contains("tenant '", words, shown, "give 0 (", "to " + max);
    }
    if (setting.existsAt(genesis.clusterVersion())) {
      assertThat(genesis.apply(new AlterTenant("", said), 2)).isInstanceOf(Rejected.class);
    }
  }

  private static ClusterState accepted(Object decision) {
    assertThat(decision).isInstanceOf(Accepted.class);
    return Objects.requireNonNull((Accepted) decision).next();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
