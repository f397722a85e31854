package io.quorate.transport.login;

import io.quorate.access.AccessRules;
import io.quorate.access.LoginSecret;
import io.quorate.access.PasswordVerifier;
import io.quorate.access.User;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a login of a user without a password is told of one, so that the user cannot be told from
 * others: what most passwords of the cluster have. Other clients than those of this project may
 * hash passwords more often, or salt them with more bytes.
 *
 * @param iterations how often the password is to be hashed
 * @param saltBytes of salt that goes with it
 */
record Decoy(int iterations, int saltBytes) {
  /** What clients of this project take for new passwords. */
  private static final Decoy USUAL = new Decoy(100_000, 16);

  private static final Comparator<Map.Entry<Decoy, Integer>> MOST =
      Map.Entry.<Decoy, Integer>comparingByValue()
          .thenComparingInt(each -> each.getKey().iterations)
          .thenComparingInt(each -> each.getKey().saltBytes);

  /** Looks at all users; the same by the same rules, at all nodes. */
  static Decoy of(AccessRules rules) {
    Map<Decoy, Integer> counts = new HashMap<>();
    for (User user : rules.users().values()) {
      List<PasswordVerifier> passwords = user.passwords().verifiers();
      if (!passwords.isEmpty()) {
        counts.merge(of(passwords.getFirst()), 1, Integer::sum);
      }
    }
    return counts.entrySet().stream().max(MOST).map(Map.Entry::getKey).orElse(USUAL);
  }

  private static Decoy of(PasswordVerifier password) {
    return new Decoy(password.iterations(), Base64.getDecoder().decode(password.salt()).length);
  }

  /** A salt that stays the same for a user, as base64. */
  String salt(LoginSecret secret, String user) {
    byte[] name = user.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream salt = new ByteArrayOutputStream();
    for (int part = 0; salt.size() < saltBytes; part++) {
      byte[] more = secret.sign("decoy " + part, name);
      salt.write(more, 0, Math.min(more.length, saltBytes - salt.size()));
    }
    return Base64.getEncoder().encodeToString(salt.toByteArray());
  }

  /** A key that no password has, as base64. */
  static String storedKey(LoginSecret secret, String user) {
    byte[] key = secret.sign("decoy key", user.getBytes(StandardCharsets.UTF_8));
    return Base64.getEncoder().encodeToString(key);
  }
}
