package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.quorate.cli.command.ExitCode;
import io.quorate.proto.v1.Action;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.GetCallerResponse;
import io.quorate.proto.v1.Grant;
import io.quorate.proto.v1.Role;
import io.quorate.proto.v1.SetPassword;
import io.quorate.proto.v1.Tenant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users, roles and grants, as an administrator types them. */
final class AccessCommandsTest {
  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private Ran run(String... words) {
    return Ran.at(cluster.endpoint(), words);
  }

  private Ran line(String line) {
    return run(line.split(" ", -1));
  }

  private Ran done(String line) {
    Ran ran = line(line);
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
    assertThat(ran.err()).isEmpty();
    return ran;
  }

  /** It may be created later, or be misspelt. */
  @Test
  void aGrantForATenantThatIsNotThereIsTold() {
    assertThat(done("user list").out()).isEqualTo("there are no users but root\n");
    done("user create reports");
    Ran ran = line("grant read --to-user reports --tenant order");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(ran.err()).isEqualTo("note: there is no tenant 'order' yet\n");
    done("grant read --to-user reports --tenant order*");
    done("grant read --to-user reports --tenant order --json");
    cluster.tenantsFail = true; // as of a user who may not look at tenants
    done("grant scan --to-user reports --tenant order");
  }

  @Test
  void nodesThatDoNotKnowOfAChangeYetAreTold() {
    done("user create reports");
    cluster.access.warnings = List.of("node b does not know of it");
    for (String change : List.of("grant read --to-user reports --tenant *", "user drop reports")) {
      Ran ran = line(change);
      assertThat(ran.exitCode()).isEqualTo(ExitCode.DONE);
      assertThat(ran.err()).isEqualTo("warning: node b does not know of it\n");
    }
    assertThat(line("role create x --json").json().path("warnings").path(0).asText())
        .isEqualTo("node b does not know of it");
  }

  @Test
  void aUserIsCreatedGrantedAndDropped() {
    assertThat(done("user create reports --role reader --role eu,us").out())
        .isEqualTo("created user reports\n");
    cluster.moreTenants = List.of(Tenant.newBuilder().setName("orders").build());
    assertThat(done("grant read,scan --to-user reports --tenant orders --prefix eu/").out())
        .isEqualTo("granted to user reports: read, scan on tenant orders with prefix eu/\n");
    assertThat(done("user list").out())
        .contains("reports", "reader, eu, us", "read, scan on tenant orders with prefix eu/");
    JsonNode user = done("user list --json").json().path("users").path(0);
    assertThat(user.path("name").asText()).isEqualTo("reports");
    assertThat(user.path("roles")).hasSize(3);
    JsonNode grant = user.path("grants").path(0);
    assertThat(grant.path("actions")).hasSize(2);
    assertThat(grant.path("actions").path(0).asText()).isEqualTo("read");
    assertThat(grant.path("tenant").asText()).isEqualTo("orders");
    assertThat(grant.path("prefix").asText()).isEqualTo("eu/");

    assertThat(done("revoke read,scan --from-user reports --tenant orders --prefix eu/").out())
        .isEqualTo("revoked from user reports: read, scan on tenant orders with prefix eu/\n");
    assertThat(done("user list --json").json().path("users").path(0).path("grants")).isEmpty();
    assertThat(done("user drop reports --json").json().path("state_version").asLong()).isPositive();
    assertThat(done("user list --json").json().path("users")).isEmpty();
  }

  @Test
  void aPasswordIsSetReplacedAndDropped(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("new"), "correct horse\n");
    done("user create reports");
    assertThat(done("user password reports --new-password-file " + file).out())
        .isEqualTo("set the password of user reports\n");
    SetPassword set = cluster.access.changes.get(1).getSetPassword();
    assertThat(set.getVerifier()).matches("SCRAM-SHA-256\\$100000:\\S{24}\\$\\S{44}:\\S{44}");
    assertThat(set.getKeepPrevious()).isFalse();
    assertThat(done("user show reports").out())
        .startsWith("user reports, without roles, with a password");

    assertThat(done("user password reports --keep-previous --new-password-file " + file).out())
        .contains("it can log in with the previous one, too", "--drop-previous");
    SetPassword next = cluster.access.changes.get(2).getSetPassword();
    assertThat(next.getKeepPrevious()).isTrue();
    assertThat(next.getVerifier()).as("same salt, same password").isEqualTo(set.getVerifier());
    assertThat(done("user password reports --drop-previous").out())
        .isEqualTo("dropped the previous password of reports\n");
    assertThat(done("user password reports --drop").out())
        .isEqualTo("dropped passwords of reports\n");
    assertThat(done("user list --json").json().path("users").path(0).path("passwords").asInt())
        .isZero();
  }

  @Test
  void passwordsThatCannotBeAreRefusedWithWhatToDo(@TempDir Path directory) throws Exception {
    Path shorter = Files.writeString(directory.resolve("short"), "secret1\n");
    Path two = Files.writeString(directory.resolve("two"), "a password\nand another\n");
    Path empty = Files.writeString(directory.resolve("empty"), "\n");
    Ran tooShort = line("user password reports --new-password-file " + shorter);
    assertThat(tooShort.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(tooShort.err()).contains("7 characters: give 8 to 256").doesNotContain("secret1");
    wrong("user password reports --new-password-file " + two, "it is to be one line");
    wrong("user password reports --new-password-file " + empty, "it is to be one line");
    wrong(
        "user password reports --new-password-file " + directory.resolve("none"), "cannot be read");
    wrong("user password reports", "no terminal to ask", "--new-password-file");
    wrong("user password reports --drop --keep-previous", "mutually exclusive");
    wrong("user list --password-file " + two, "needs --user");
    wrong("user list --user ann", "needs a password", "QUORATE_CLIENT_PASSWORD");
    wrong("user list --user ann --password-file " + shorter, "without TLS");
    assertThat(cluster.access.changes).isEmpty();
  }

  private void wrong(String line, String... said) {
    Ran ran = line(line);
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains(said).doesNotContain("secret1", "a password\n");
  }

  @Test
  void aRoleIsCreatedGrantedGivenTakenAndDropped() {
    done("user create ann");
    assertThat(done("role create sales").out()).isEqualTo("created role sales\n");
    assertThat(done("grant WRITE --to-role sales --tenant *").out())
        .isEqualTo("granted to role sales: write on all tenants\n");
    assertThat(done("role give sales --to ann").out()).isEqualTo("user ann has role sales\n");
    assertThat(done("user list --json").json().path("users").path(0).path("roles").path(0).asText())
        .isEqualTo("sales");
    JsonNode role = done("role show sales --json").json();
    assertThat(role.path("built_in").asBoolean(true)).isFalse();
    assertThat(role.path("grants").path(0).path("tenant").asText()).isEqualTo("*");
    assertThat(done("role take sales --from ann").out())
        .isEqualTo("user ann does not have role sales any more\n");
    done("revoke write --from-role sales --tenant *");
    assertThat(done("role list --json").json().path("roles").path(0).path("grants")).isEmpty();
    assertThat(done("role drop sales").out()).isEqualTo("dropped role sales\n");
    assertThat(done("role list --json").json().path("roles")).isEmpty();
  }

  /** What a user may do is in several places; an administrator asks for all of it. */
  @Test
  void aUserIsShownWithWhatItsRolesAreGranted() {
    cluster.access.put(
        Role.newBuilder()
            .setName("monitor")
            .setBuiltIn(true)
            .addGrants(Grant.newBuilder().addActions(Action.ACTION_MONITOR).setTenant("*"))
            .build());
    cluster.access.put(Role.newBuilder().setName("other").build());
    done("user create ann --role monitor");
    done("grant lock --to-user ann --prefix-hex ff1b");
    Ran shown = done("user show ann");
    assertThat(shown.out())
        .contains("user ann, roles: monitor", "the user", "lock", "0xff1b", "role monitor")
        .doesNotContain("other");
    JsonNode json = done("user show ann --json").json();
    assertThat(json.path("grants").path(0).path("prefix_base64").asText()).isEqualTo("/xs=");
    assertThat(json.path("role_grants").path(0).path("name").asText()).isEqualTo("monitor");
    assertThat(json.path("role_grants")).hasSize(1);
    assertThat(done("role show monitor").out()).contains("role monitor, built in", "monitor");
    assertThat(done("role list").out()).contains("| monitor | yes", "| other   | no");
  }

  @Test
  void whatIsNotThereIsNotFound() {
    Ran user = line("user show ann");
    assertThat(user.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(user.err()).contains("there is no user 'ann'");
    assertThat(line("user show root").err()).contains("user root is built in");
    assertThat(line("role show nothing").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
  }

  /** Locks and the cluster belong to no tenant; for keys, all tenants is said and not assumed. */
  @Test
  void actionsOnKeysSayForWhichTenant() {
    done("role create ops");
    assertThat(done("grant lock,monitor --to-role ops").out())
        .isEqualTo("granted to role ops: lock, monitor\n");
    assertThat(cluster.access.changes.getLast().getGrant().getGrant().getTenant()).isEqualTo("*");
    for (String action : List.of("read", "scan", "write", "delete", "lock,read")) {
      Ran ran = line("grant " + action + " --to-role ops");
      assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(ran.err()).contains("say for which tenant", "--tenant '*'").doesNotContain("lock");
      assertThat(line("revoke " + action + " --from-role ops").exitCode())
          .isEqualTo(ExitCode.USAGE);
    }
    // A node that is slow to answer is asked again, for the same change under the same id.
    assertThat(cluster.access.changes.stream().distinct()).hasSize(2);
    done("revoke read --from-role ops --tenant eu-*");
    assertThat(cluster.access.changes.getLast().getRevoke().getGrant())
        .isEqualTo(
            Grant.newBuilder()
                .addActions(Action.ACTION_READ)
                .setTenant("eu-*")
                .setPrefix(ByteString.EMPTY)
                .build());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "grant read,frob --to-user u --tenant *|'frob' is no action: give one or more of read,"
            + " scan,",
        "grant read, --to-user u --tenant *|'' is no action",
        "grant --to-user u --tenant *|ACTIONS",
        "grant read --tenant *|give --to-user USER or --to-role ROLE",
        "revoke read --tenant *|give --from-user USER or --from-role ROLE",
        "grant read --to-user u --to-role r --tenant *|--to-user and --to-role: give one of them",
        "revoke read --from-user u --from-role r --tenant *|--from-user and --from-role: give one",
        "grant read --to-user= --tenant *|the name of the user is empty",
        "grant read --to-role= --tenant *|the name of the role is empty",
        "grant read --to-user u --tenant=|the name of the tenant is empty",
        "grant read --to-user u --tenant t --prefix a --prefix-hex 61|--prefix",
        "grant read --to-user u --tenant t --prefix-hex xy|'xy' is not hexadecimal",
        "user create|NAME",
        "user create |the name of the user is empty",
        "user create u --role=|the name of the role is empty",
        "user drop |the name of the user is empty",
        "role create |the name of the role is empty",
        "role give r|--to",
        "role take r --from=|the name of the user is empty",
      })
  void whatCannotBeUnderstoodIsUsage(String line, String hint) {
    // A blank at the end of a line is lost by the table: an empty word is what follows it.
    Ran ran =
        hint.contains("is empty") && line.matches("(user|role) \\w+")
            ? run((line + " ").split(" ", -1))
            : line(line);
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains(hint).contains("--help");
    assertThat(ran.err().lines()).hasSize(1);
    assertThat(cluster.access.changes).isEmpty();
  }

  @Test
  void aCallerIsToldAsWhomItIsKnown() {
    cluster.access.identity =
        GetCallerResponse.newBuilder()
            .setUser("reports")
            .setKnown(true)
            .setEnforced(true)
            .addRoles("reader")
            .addGrants(
                Grant.newBuilder()
                    .addActions(Action.ACTION_READ)
                    .setTenant("orders")
                    .setPrefix(ByteString.copyFromUtf8("eu/")))
            .setStateVersion(9)
            .build();
    assertThat(done("security whoami").out())
        .contains("user reports, roles: reader", "read", "orders", "eu/");
    JsonNode json = done("security whoami --json").json();
    assertThat(json.path("user").asText()).isEqualTo("reports");
    assertThat(json.path("known").asBoolean()).isTrue();
    assertThat(json.path("enforced").asBoolean()).isTrue();
    assertThat(json.path("state_version").asLong()).isEqualTo(9);
    assertThat(json.path("grants").path(0).path("prefix").asText()).isEqualTo("eu/");

    cluster.access.identity =
        GetCallerResponse.newBuilder().setUser("anonymous").setEnforced(true).build();
    assertThat(done("security whoami").out())
        .isEqualTo("user anonymous, which the cluster does not have: it may do nothing\n");
    cluster.access.identity =
        GetCallerResponse.newBuilder().setUser("ann").setKnown(true).setEnforced(true).build();
    assertThat(done("security whoami").out())
        .isEqualTo("user ann, without roles: it is granted nothing\n");
    cluster.access.identity =
        GetCallerResponse.newBuilder().setUser("root").setKnown(true).setEnforced(true).build();
    assertThat(done("security whoami").out()).isEqualTo("user root, which may do everything\n");
    cluster.access.identity = GetCallerResponse.newBuilder().setUser("root").setKnown(true).build();
    assertThat(done("security whoami").out())
        .contains("security.roles is off")
        .endsWith("If it did: user root, which may do everything\n");
    cluster.access.identity = GetCallerResponse.newBuilder().setUser("ann").build();
    assertThat(done("security whoami").out())
        .contains("security.roles is off")
        .endsWith("If it did: user ann, which the cluster does not have: it may do nothing\n");
  }

  @Test
  void whatIsDeniedHasItsExitCodeAndSaysWhatToDo() {
    cluster.access.refusal =
        FakeCluster.refused(
            Status.PERMISSION_DENIED,
            FakeCluster.failure(Reason.REASON_PERMISSION_DENIED, "user ann may not do that"));
    for (String line :
        List.of("user list", "role list", "role create r", "grant audit --to-user ann")) {
      Ran ran = line(line);
      assertThat(ran.exitCode()).as(line).isEqualTo(ExitCode.DENIED).isEqualTo(7);
      assertThat(ran.err()).contains("user ann may not do that", "'quorate security whoami'");
      assertThat(ran.err().lines()).hasSize(1);
    }
    cluster.fail(
        operation ->
            FakeCluster.failure(Reason.REASON_PERMISSION_DENIED, "user ann may not write there"));
    Ran put = line("put k v");
    assertThat(put.exitCode()).isEqualTo(ExitCode.DENIED);
    assertThat(put.err()).contains("user ann may not write there", "'quorate security whoami'");
    JsonNode error = line("put k v --json").errJson().path("error");
    assertThat(error.path("kind").asText()).isEqualTo("permission_denied");
    assertThat(error.path("may_have_applied").asBoolean(true)).isFalse();
  }

  /** What asks each node tells of each, and its exit code is that of what is denied, too. */
  @Test
  void whatEachNodeDeniesIsDenied() {
    cluster.denyMaintenance();
    for (String line : List.of("hints list", "repair --verify", "repair status")) {
      Ran ran = line(line);
      assertThat(ran.exitCode()).as(line + ran.err()).isEqualTo(ExitCode.DENIED);
      assertThat(ran.err()).contains("not yours to maintain", "'quorate security whoami'");
    }
  }

  @Test
  void namesFromTheClusterDoNotDriveTheTerminal() {
    cluster.access.put(io.quorate.proto.v1.User.newBuilder().setName("a\u001b[2J").build());
    assertThat(done("user list").out()).contains("0x61").doesNotContain("\u001b");
  }
}
