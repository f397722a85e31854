package io.quorate.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.access.AccessChange.AddGrant;
import io.quorate.access.AccessChange.CreateRole;
import io.quorate.access.AccessChange.CreateUser;
import io.quorate.access.AccessChange.DropRole;
import io.quorate.access.AccessChange.DropUser;
import io.quorate.access.AccessChange.GiveRole;
import io.quorate.access.AccessChange.RevokeGrant;
import io.quorate.access.AccessChange.TakeRole;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AccessRulesTest {
  private static final Grantee ANNA = new Grantee(Grantee.Kind.USER, "anna");
  private static final Grantee CLERK = new Grantee(Grantee.Kind.ROLE, "clerk");
  private static final Grant EUROPE =
      new Grant(
          Set.of(Action.READ, Action.WRITE), new TenantPattern("orders"), KeyPrefix.of("eu/"));

  private static CreateUser user(String name, String... roles) {
    return new CreateUser(name, new TreeSet<>(Set.of(roles)));
  }

  private static AccessRules rules(AccessChange... changes) {
    AccessRules rules = AccessRules.NONE;
    for (AccessChange change : changes) {
      rules = rules.with(change);
    }
    return rules;
  }

  private static void refused(AccessRules rules, AccessChange change, String why) {
    assertThatThrownBy(() -> rules.with(change))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aUserMayDoWhatItsRolesAndItsOwnGrantsAllow() {
    AccessRules rules =
        rules(
            new CreateRole("clerk"),
            new AddGrant(CLERK, EUROPE),
            user("anna", "clerk"),
            new AddGrant(
                ANNA, new Grant(Set.of(Action.READ), new TenantPattern("tax-*"), KeyPrefix.NONE)));
    Permissions anna = Permissions.of(rules, "anna");
    assertThat(anna.allow(Action.WRITE, "orders", key("eu/7"))).isTrue();
    assertThat(anna.allow(Action.WRITE, "orders", key("us/7"))).isFalse();
    assertThat(anna.allow(Action.WRITE, "orders", key("eu"))).isFalse();
    assertThat(anna.allow(Action.DELETE, "orders", key("eu/7"))).isFalse();
    assertThat(anna.allow(Action.READ, "tax-2026", key("x"))).isTrue();
    assertThat(anna.allow(Action.READ, "tax", key("x"))).isFalse();
    assertThat(anna.allow(Action.MONITOR)).isFalse();
    assertThat(anna.allowKnowing("orders")).isTrue();
    assertThat(anna.allowKnowing("other")).isFalse();
    Permissions other = Permissions.of(rules, "bert");
    assertThat(other.allowAnything()).isFalse();
    assertThat(other.allow(Action.READ, "tax-2026", key("x"))).isFalse();
  }

  @Test
  void whatIsTakenAndRevokedIsGone() {
    AccessRules rules =
        rules(new CreateRole("clerk"), new AddGrant(CLERK, EUROPE), user("anna", "clerk"));
    assertThat(Permissions.of(rules.with(new TakeRole("anna", "clerk")), "anna").allowAnything())
        .isFalse();
    assertThat(Permissions.of(rules.with(new DropUser("anna")), "anna").allowAnything()).isFalse();
    Grant writing =
        new Grant(Set.of(Action.WRITE), new TenantPattern("orders"), KeyPrefix.of("eu/"));
    AccessRules left = rules.with(new RevokeGrant(CLERK, writing));
    assertThat(Permissions.of(left, "anna").allow(Action.WRITE, "orders", key("eu/1"))).isFalse();
    assertThat(Permissions.of(left, "anna").allow(Action.READ, "orders", key("eu/1"))).isTrue();
    refused(left, new RevokeGrant(CLERK, Grant.of(Action.READ)), "nothing is granted for tenant");
    refused(
        left,
        new RevokeGrant(
            CLERK, new Grant(Set.of(Action.READ), new TenantPattern("orders"), KeyPrefix.NONE)),
        "tenant 'orders' without a prefix: name what was granted. For this tenant there are grants"
            + " with these prefixes (hex): 65752f");
  }

  @Test
  void rootMayDoEverythingAndCannotBeChanged() {
    assertThat(Permissions.of(AccessRules.NONE, User.ROOT).allow(Action.SECURITY)).isTrue();
    refused(AccessRules.NONE, user("root"), "user 'root' is built in");
    refused(AccessRules.NONE, new DropUser("root"), "user 'root' is built in");
    refused(
        AccessRules.NONE,
        new AddGrant(new Grantee(Grantee.Kind.USER, "root"), EUROPE),
        "user 'root' is built in");
    refused(AccessRules.NONE, user("node"), "user 'node' stands for the nodes");
  }

  @Test
  void whatCannotBeIsRefusedWithAReason() {
    AccessRules rules = rules(new CreateRole("clerk"), user("anna", "clerk"));
    refused(rules, user("bert", "boss"), "there is no role 'boss'");
    refused(rules, user("be rt"), "user 'be rt'");
    refused(rules, new GiveRole("bert", "clerk"), "there is no user 'bert'");
    refused(rules, new DropRole("clerk"), "role 'clerk' is that of 1 users, 'anna' among them");
    refused(rules, new DropRole("reader"), "role 'reader' is built in");
    refused(rules, new CreateRole("reader"), "role 'reader' is built in");
    refused(
        rules,
        new AddGrant(new Grantee(Grantee.Kind.ROLE, "reader"), EUROPE),
        "role 'reader' is built in");
    refused(rules, user("anna"), "user 'anna' exists, with other roles, grants or passwords");
    assertThat(rules.with(user("anna", "clerk"))).isSameAs(rules);
    assertThat(rules.with(new CreateRole("clerk"))).isSameAs(rules);
    assertThat(rules.with(new GiveRole("anna", "clerk"))).isSameAs(rules);
  }

  @Test
  void grantsSayNothingThatWouldNotHold() {
    assertThatThrownBy(
            () -> new Grant(Set.of(Action.MONITOR), new TenantPattern("orders"), KeyPrefix.NONE))
        .hasMessageContaining("'monitor' is not about a tenant");
    assertThatThrownBy(
            () -> new Grant(Set.of(Action.TENANTS), TenantPattern.ALL, KeyPrefix.of("eu/")))
        .hasMessageContaining("'tenants' is not about keys");
    assertThatThrownBy(
            () -> new Grant(Set.of(Action.LOCK), new TenantPattern("orders"), KeyPrefix.NONE))
        .hasMessageContaining("'lock' is not about a tenant");
    assertThatThrownBy(() -> new TenantPattern("o*s")).hasMessageContaining("tenant 'o*s'");
    assertThatThrownBy(() -> new TenantPattern("")).hasMessageContaining("tenant ''");
    assertThatThrownBy(() -> KeyPrefix.of(new byte[257])).hasMessageContaining("257 bytes");
    assertThatThrownBy(() -> new Grant(Set.of(), TenantPattern.ALL, KeyPrefix.NONE))
        .hasMessageContaining("without an action");
  }

  @Test
  void thereAreNoMoreThanAClusterCanKeep() {
    AccessRules rules = rules(user("anna"));
    for (int i = 0; i < AccessRules.GRANTS_OF_ONE_MAX; i++) {
      rules = rules.with(new AddGrant(ANNA, about(i)));
    }
    refused(rules, new AddGrant(ANNA, about(1_000)), "101 grants of user 'anna': there can be 100");
  }

  /** Each user may have 32: all of them together would be 320000. */
  @Test
  void rolesAreGivenToUsersAsOftenAsAClusterCanKeep() {
    TreeMap<String, Role> roles = new TreeMap<>();
    for (int i = 0; i < AccessRules.ROLES_OF_USER_MAX; i++) {
      roles.put("role-" + i, new Role("role-" + i, Grants.NONE));
    }
    TreeMap<String, User> users = new TreeMap<>();
    for (int i = 0; i < AccessRules.ROLES_GIVEN_MAX / AccessRules.ROLES_OF_USER_MAX; i++) {
      users.put("user-" + i, new User("user-" + i, new TreeSet<>(roles.keySet()), Grants.NONE));
    }
    AccessRules full = new AccessRules(users, roles, null).with(user("anna"));
    refused(full, new GiveRole("anna", "role-0"), "20001 roles given to users: there can be 20000");
    AccessRules less = full.with(new TakeRole("user-0", "role-1"));
    assertThat(less.with(new GiveRole("anna", "role-0")).rolesOf("anna")).containsExactly("role-0");
  }

  /** One map is kept for each user, and a caller may name any tenant. */
  @Test
  void namesThatNoTenantHasAreNotGranted() {
    Permissions all =
        Permissions.of(
            rules(
                user("anna"),
                new AddGrant(
                    ANNA, new Grant(Set.of(Action.READ), TenantPattern.ALL, KeyPrefix.of("eu/")))),
            "anna");
    assertThat(all.allow(Action.READ, "t".repeat(64), key("eu/1"))).isTrue();
    assertThat(all.allow(Action.READ, "t".repeat(65), key("eu/1"))).isFalse();
  }

  private static Grant about(int number) {
    return new Grant(Set.of(Action.READ), new TenantPattern("t" + number), KeyPrefix.NONE);
  }
}
