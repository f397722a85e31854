package io.quorate.cluster.codec;

import io.quorate.access.AccessChange;
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
import io.quorate.access.AccessRules;
import io.quorate.access.Action;
import io.quorate.access.Grant;
import io.quorate.access.Grantee;
import io.quorate.access.Grants;
import io.quorate.access.KeyPrefix;
import io.quorate.access.LoginSecret;
import io.quorate.access.PasswordVerifier;
import io.quorate.access.Passwords;
import io.quorate.access.Role;
import io.quorate.access.TenantPattern;
import io.quorate.access.User;
import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who may do what, as bytes: users by name, then roles by name; and changes of it. */
final class AccessCodec {
  private static final int CREATE_USER = 1;
  private static final int DROP_USER = 2;
  private static final int CREATE_ROLE = 3;
  private static final int DROP_ROLE = 4;
  private static final int GIVE_ROLE = 5;
  private static final int TAKE_ROLE = 6;
  private static final int ADD_GRANT = 7;
  private static final int REVOKE_GRANT = 8;
  private static final int SET_PASSWORD = 9;
  private static final int DROP_PASSWORDS = 10;

  private AccessCodec() {}

  static void write(ByteWriter out, AccessRules rules) {
    out.writeVarint(rules.users().size());
    for (User user : rules.users().values()) {
      out.writeString(user.name());
      writeNames(out, user.roles());
      write(out, user.grants());
      out.writeVarint(user.passwords().verifiers().size());
      user.passwords().verifiers().forEach(each -> out.writeString(each.text()));
    }
    out.writeVarint(rules.roles().size());
    for (Role role : rules.roles().values()) {
      out.writeString(role.name());
      write(out, role.grants());
    }
    LoginSecret secret = rules.secret();
    out.writeFlag(secret != null);
    if (secret != null) {
      out.writeBytes(secret.toBytes());
    }
  }

  static AccessRules readRules(ByteReader in) {
    SortedMap<String, User> users = new TreeMap<>();
    for (int left = in.readCount(); left > 0; left--) {
      User user = new User(in.readString(), readNames(in), readGrants(in), readPasswords(in));
      checkOrder(in, users, user.name());
      users.put(user.name(), user);
    }
    SortedMap<String, Role> roles = new TreeMap<>();
    for (int left = in.readCount(); left > 0; left--) {
      Role role = new Role(in.readString(), readGrants(in));
      checkOrder(in, roles, role.name());
      roles.put(role.name(), role);
    }
    LoginSecret secret = in.readFlag() ? LoginSecret.of(in.readBytes()) : null;
    return new AccessRules(users, roles, secret);
  }

  private static Passwords readPasswords(ByteReader in) {
    List<PasswordVerifier> verifiers = new ArrayList<>();
    for (int left = in.readCount(); left > 0; left--) {
      verifiers.add(PasswordVerifier.parse(in.readString()));
    }
    return new Passwords(verifiers);
  }

  private static void checkOrder(ByteReader in, SortedMap<String, ?> before, String name) {
    if (!before.isEmpty() && before.lastKey().compareTo(name) >= 0) {
      throw in.malformed("user or role '%s' out of order".formatted(name));
    }
  }

  static void write(ByteWriter out, AccessChange change) {
    switch (change) {
      case CreateUser(String name, SortedSet<String> roles) -> {
        out.writeByte(CREATE_USER);
        out.writeString(name);
        writeNames(out, roles);
      }
      case DropUser(String name) -> write(out, DROP_USER, name);
      case CreateRole(String name) -> write(out, CREATE_ROLE, name);
      case DropRole(String name) -> write(out, DROP_ROLE, name);
      case GiveRole(String user, String role) -> {
        write(out, GIVE_ROLE, user);
        out.writeString(role);
      }
      case TakeRole(String user, String role) -> {
        write(out, TAKE_ROLE, user);
        out.writeString(role);
      }
      case AddGrant(Grantee to, Grant grant) -> write(out, ADD_GRANT, to, grant);
      case RevokeGrant(Grantee from, Grant grant) -> write(out, REVOKE_GRANT, from, grant);
      case SetPassword set -> {
        write(out, SET_PASSWORD, set.user());
        out.writeString(set.verifier().text());
        out.writeFlag(set.keepPrevious());
        out.writeBytes(set.secret().toBytes());
      }
      case DropPasswords(String user, boolean previousOnly) -> {
        write(out, DROP_PASSWORDS, user);
        out.writeFlag(previousOnly);
      }
    }
  }

  private static void write(ByteWriter out, int kind, String name) {
    out.writeByte(kind);
    out.writeString(name);
  }

  private static void write(ByteWriter out, int kind, Grantee grantee, Grant grant) {
    out.writeByte(kind);
    out.writeFlag(grantee.kind() == Grantee.Kind.ROLE);
    out.writeString(grantee.name());
    write(out, grant);
  }

  static AccessChange readChange(ByteReader in) {
    int kind = in.readByte();
    return switch (kind) {
      case CREATE_USER -> new CreateUser(in.readString(), readNames(in));
      case DROP_USER -> new DropUser(in.readString());
      case CREATE_ROLE -> new CreateRole(in.readString());
      case DROP_ROLE -> new DropRole(in.readString());
      case GIVE_ROLE -> new GiveRole(in.readString(), in.readString());
      case TAKE_ROLE -> new TakeRole(in.readString(), in.readString());
      case ADD_GRANT -> new AddGrant(readGrantee(in), readGrant(in));
      case REVOKE_GRANT -> new RevokeGrant(readGrantee(in), readGrant(in));
      case SET_PASSWORD ->
          new SetPassword(
              in.readString(),
              PasswordVerifier.parse(in.readString()),
              in.readFlag(),
              LoginSecret.of(in.readBytes()));
      case DROP_PASSWORDS -> new DropPasswords(in.readString(), in.readFlag());
      default -> throw in.malformed("unknown change %d of who may do what".formatted(kind));
    };
  }

  private static Grantee readGrantee(ByteReader in) {
    Grantee.Kind kind = in.readFlag() ? Grantee.Kind.ROLE : Grantee.Kind.USER;
    return new Grantee(kind, in.readString());
  }

  private static void write(ByteWriter out, Grants grants) {
    out.writeVarint(grants.all().size());
    grants.all().forEach(grant -> write(out, grant));
  }

  private static Grants readGrants(ByteReader in) {
    List<Grant> grants = new ArrayList<>();
    for (int left = in.readCount(); left > 0; left--) {
      grants.add(readGrant(in));
    }
    Grants sorted = new Grants(grants);
    if (!sorted.all().equals(grants)) {
      throw in.malformed("grants out of order");
    }
    return sorted;
  }

  private static void write(ByteWriter out, Grant grant) {
    out.writeVarint(grant.actions().size());
    grant.actions().forEach(action -> out.writeByte(action.number()));
    out.writeString(grant.tenants().text());
    out.writeBytes(grant.prefix().toBytes());
  }

  private static Grant readGrant(ByteReader in) {
    Set<Action> actions = EnumSet.noneOf(Action.class);
    int last = 0;
    for (int left = in.readCount(); left > 0; left--) {
      int number = in.readByte();
      if (number <= last) {
        throw in.malformed("actions out of order");
      }
      last = number;
      actions.add(Action.numbered(number));
    }
    return new Grant(actions, new TenantPattern(in.readString()), KeyPrefix.of(in.readBytes()));
  }

  private static void writeNames(ByteWriter out, Collection<String> names) {
    out.writeVarint(names.size());
    names.forEach(out::writeString);
  }

  private static SortedSet<String> readNames(ByteReader in) {
    SortedSet<String> names = new TreeSet<>();
    for (int left = in.readCount(); left > 0; left--) {
      String name = in.readString();
      if (!names.isEmpty() && names.last().compareTo(name) >= 0) {
        throw in.malformed("role '%s' out of order".formatted(name));
      }
      names.add(name);
    }
    return names;
  }
}
