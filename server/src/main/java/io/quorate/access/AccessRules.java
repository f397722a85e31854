package io.quorate.access;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.quorate.access.AccessChange.AddGrant;
import io.quorate.access.AccessChange.CreateRole;
import io.quorate.access.AccessChange.CreateUser;
import io.quorate.access.AccessChange.DropPasswords;
import io.quorate.access.AccessChange.DropRole;
import io.quorate.access.AccessChange.DropUser;
import io.quorate.access.AccessChange.GiveRole;
import io.quorate.access.AccessChange.RevokeGrant;
import io.quorate.access.AccessChange.SetPassword;
import io.quorate.access.AccessChange.TakeRole;
import io.quorate.model.Quoted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The users and roles of a cluster, and what they are granted. Immutable: a change gives the next
 * ones.
 *
 * @param users by name; {@link User#ROOT} is not among them
 * @param roles by name; {@link BuiltInRoles} are not among them
 * @param secret signs logins; null as long as no user has had a password
 */
public record AccessRules(
    SortedMap<String, User> users, SortedMap<String, Role> roles, @Nullable LoginSecret secret) {
  public static final int USERS_MAX = 10_000;
  public static final int ROLES_MAX = 1_000;

  /** Of all users and roles together: the state of a cluster has to stay small. */
  public static final int GRANTS_MAX = 10_000;

  /** Of one user or role: each that fits a tenant is looked at for each operation. */
  public static final int GRANTS_OF_ONE_MAX = 100;

  /** Of one user. */
  public static final int ROLES_OF_USER_MAX = 32;

  /** To all users together. */
  public static final int ROLES_GIVEN_MAX = 20_000;

  public static final AccessRules NONE =
      new AccessRules(Collections.emptySortedMap(), Collections.emptySortedMap(), null);

  /**
   * @throws IllegalArgumentException if they are too many, or do not fit each other; says why
   */
  public AccessRules {
    users = Collections.unmodifiableSortedMap(new TreeMap<>(users));
    roles = Collections.unmodifiableSortedMap(new TreeMap<>(roles));
    atMost(users.size(), USERS_MAX, "users");
    atMost(roles.size(), ROLES_MAX, "roles");
    check(!users.containsKey(User.ROOT), "user 'root' is built in: it may do everything already");
    check(!users.containsKey(User.NODE), "user 'node' stands for the nodes: name another");
    for (String name : roles.keySet()) {
      check(!BuiltInRoles.byName().containsKey(name), "role '%s' is built in", name);
    }
    int grants = 0;
    int given = 0;
    for (User user : users.values()) {
      check(
          user.roles().size() <= ROLES_OF_USER_MAX,
          "%d roles of user '%s': there can be %d",
          user.roles().size(),
          user.name(),
          ROLES_OF_USER_MAX);
      given += user.roles().size();
      for (String role : user.roles()) {
        if (!roles.containsKey(role) && !BuiltInRoles.byName().containsKey(role)) {
          throw new IllegalArgumentException(
              ("there is no role %s: create it first, or give one that is built in ('quorate role"
                      + " list')")
                  .formatted(Quoted.of(role)));
        }
      }
      grants += counted(user.grants(), "user", user.name());
    }
    for (Role role : roles.values()) {
      grants += counted(role.grants(), "role", role.name());
    }
    atMost(grants, GRANTS_MAX, "grants");
    atMost(given, ROLES_GIVEN_MAX, "roles given to users");
  }

  private static int counted(Grants grants, String kind, String name) {
    check(
        grants.all().size() <= GRANTS_OF_ONE_MAX,
        "%d grants of %s '%s': there can be %d",
        grants.all().size(),
        kind,
        name,
        GRANTS_OF_ONE_MAX);
    return grants.all().size();
  }

  private static void atMost(int count, int max, String what) {
    check(count <= max, "%d %s: there can be %d", count, what, max);
  }

  /** Says nothing as long as it holds: all users are looked at with each change. */
  @FormatMethod
  private static void check(boolean holds, @FormatString String otherwise, Object... args) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise.formatted(args));
    }
  }

  /**
   * Folds a change in.
   *
   * @return this if nothing changes
   * @throws IllegalArgumentException if the change cannot be made; the message says why
   */
  public AccessRules with(AccessChange change) {
    AccessRules next =
        switch (change) {
          case CreateUser create -> created(create);
          case DropUser(String name) -> {
            user(name);
            yield with(name, (User) null);
          }
          case CreateRole(String name) -> created(name);
          case DropRole(String name) -> dropped(name);
          case GiveRole(String user, String role) -> with(user, user(user).withRole(role));
          case TakeRole(String user, String role) -> with(user, user(user).withoutRole(role));
          case AddGrant(Grantee to, Grant grant) -> granted(to, grants -> grants.with(grant));
          case SetPassword set -> with(set);
          case DropPasswords(String user, boolean previousOnly) -> {
            User known = user(user);
            yield with(
                user,
                known.with(previousOnly ? known.passwords().withoutPrevious() : Passwords.NONE));
          }
          case RevokeGrant(Grantee from, Grant grant) ->
              granted(from, grants -> grants.without(grant));
        };
    return next.equals(this) ? this : next;
  }

  private AccessRules created(CreateUser create) {
    User wanted = new User(create.name(), create.roles(), Grants.NONE);
    User known = users.get(create.name());
    check(
        known == null || known.equals(wanted),
        "user '%s' exists, with other roles, grants or passwords: change them, or drop it first",
        create.name());
    return with(create.name(), wanted);
  }

  private AccessRules with(SetPassword set) {
    User known = user(set.user());
    check(
        !set.user().equals(User.ANONYMOUS),
        "user 'anonymous' stands for those that do not log in: give another one a password");
    Passwords passwords = known.passwords().with(set.verifier(), set.keepPrevious());
    AccessRules changed = with(set.user(), known.with(passwords));
    return new AccessRules(changed.users, roles, secret == null ? set.secret() : secret);
  }

  private AccessRules created(String role) {
    return roles.containsKey(role) ? this : with(role, new Role(role, Grants.NONE));
  }

  private AccessRules dropped(String role) {
    role(role);
    List<String> holders =
        users.values().stream()
            .filter(user -> user.roles().contains(role))
            .map(User::name)
            .toList();
    check(
        holders.isEmpty(),
        "role '%s' is that of %d users, '%s' among them: take it from them first",
        role,
        holders.size(),
        holders.isEmpty() ? "" : holders.getFirst());
    return with(role, (Role) null);
  }

  private AccessRules granted(Grantee grantee, UnaryOperator<Grants> change) {
    String name = grantee.name();
    return switch (grantee.kind()) {
      case USER -> {
        User user = user(name);
        yield with(name, user.with(change.apply(user.grants())));
      }
      case ROLE -> {
        Role role = role(name);
        yield with(name, role.with(change.apply(role.grants())));
      }
    };
  }

  private User user(String name) {
    check(!name.equals(User.ROOT), "user 'root' is built in, and cannot be changed");
    User user = users.get(name);
    if (user == null) {
      throw new IllegalArgumentException(
          "there is no user %s: 'quorate user list' shows those that there are"
              .formatted(Quoted.of(name)));
    }
    return user;
  }

  private Role role(String name) {
    check(
        !BuiltInRoles.byName().containsKey(name),
        "role '%s' is built in, and cannot be changed",
        name);
    Role role = roles.get(name);
    if (role == null) {
      throw new IllegalArgumentException(
          "there is no role %s: 'quorate role list' shows those that there are"
              .formatted(Quoted.of(name)));
    }
    return role;
  }

  private AccessRules with(String name, @Nullable User user) {
    return new AccessRules(changed(users, name, user), roles, secret);
  }

  private AccessRules with(String name, @Nullable Role role) {
    return new AccessRules(users, changed(roles, name, role), secret);
  }

  private static <T> SortedMap<String, T> changed(
      SortedMap<String, T> known, String name, @Nullable T value) {
    SortedMap<String, T> changed = new TreeMap<>(known);
    if (value == null) {
      changed.remove(name);
    } else {
      changed.put(name, value);
    }
    return changed;
  }

  /** Whether there is a user of this name. */
  public boolean hasUser(String name) {
    return name.equals(User.ROOT) || users.containsKey(name);
  }

  /** The passwords of a user; none of one that there is not. */
  public Passwords passwordsOf(String user) {
    User known = users.get(user);
    return known == null ? Passwords.NONE : known.passwords();
  }

  /**
   * Text that shows, to all nodes, that a user has shown its password; to be kept secret.
   *
   * @param untilMillis for how long it counts, since 1970
   * @throws IllegalStateException if the cluster has no secret: no user has a password then
   */
  public String loginToken(String user, PasswordVerifier password, long untilMillis) {
    LoginSecret key = secret;
    if (key == null) {
      throw new IllegalStateException("a login without a password");
    }
    return Login.of(user, password, key, untilMillis).token(key);
  }

  /** The login that a text shows, be it over or not; null if it shows none of this cluster. */
  public @Nullable Login login(String token) {
    return secret == null ? null : Login.read(token, secret);
  }

  /** Whether the password of a login is one that its user has. */
  public boolean hasPasswordOf(Login login) {
    LoginSecret key = secret;
    return key != null
        && passwordsOf(login.user()).verifiers().stream()
            .anyMatch(each -> Login.id(each, key) == login.password());
  }

  /** Names of the roles of a user; none of one that there is not. */
  public List<String> rolesOf(String user) {
    User known = users.get(user);
    return user.equals(User.ROOT)
        ? List.of(User.ROOT)
        : known == null ? List.of() : List.copyOf(known.roles());
  }

  /** All that a user is granted, by itself and by its roles; nothing of one that there is not. */
  public List<Grant> grantsOf(String user) {
    Stream<Grant> byRoles =
        rolesOf(user).stream().map(this::grants).flatMap(each -> each.all().stream());
    User known = users.get(user);
    Stream<Grant> own = known == null ? Stream.empty() : known.grants().all().stream();
    return new ArrayList<>(Stream.concat(byRoles, own).distinct().toList());
  }

  private Grants grants(String role) {
    Role builtIn = BuiltInRoles.byName().get(role);
    Role own = roles.get(role);
    return builtIn != null ? builtIn.grants() : own == null ? Grants.NONE : own.grants();
  }
}
