package io.quorate.transport.login;

import com.ongres.scram.common.ClientFirstMessage;
import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.ServerFinalMessage;
import com.ongres.scram.common.ServerFirstMessage;
import com.ongres.scram.common.exception.ScramParseException;
import io.quorate.access.AccessRules;
import io.quorate.access.LoginSecret;
import io.quorate.access.PasswordVerifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one SCRAM-SHA-256 exchange (RFC 5802, RFC 7677), without channel binding.
 * For a user that there is not, or that has no password, it goes on as for others up to the proof,
 * with a salt that stays the same, so that the two cannot be told apart.
 */
final class ScramExchange {
  static final String MECHANISM = "SCRAM-SHA-256";

  /** No user has a longer name; names that fail are kept for a while. */
  private static final int USER_CHARS_MAX = 128;

  private static final int PROOF_BYTES = 32;
  private static final ScramMechanism SCRAM = ScramMechanism.SCRAM_SHA_256;
  private static final Pattern FINAL =
      Pattern.compile("(c=([A-Za-z0-9+/=]+),r=([!-+\\--~]+)),p=([A-Za-z0-9+/=]{44})");

  private final AccessRules rules;
  private final LoginSecret secret;
  private final Decoy decoy;
  private final String serverNonce;
  private final ProofCheck check;

  private String user = "";
  private String header = "";
  private String nonce = "";
  private String said = "";

  /**
   * @param decoy what users without a password are told
   * @param serverNonce that no one can foretell, of printable ASCII without commas
   */
  ScramExchange(AccessRules rules, LoginSecret secret, Decoy decoy, String serverNonce) {
    this(
        rules,
        secret,
        decoy,
        serverNonce,
        (proof, storedKey, said) ->
            ScramFunctions.verifyClientProof(SCRAM, proof, storedKey, said));
  }

  /**
   * @param check tells whether a proof is that of a password
   */
  ScramExchange(
      AccessRules rules, LoginSecret secret, Decoy decoy, String serverNonce, ProofCheck check) {
    this.check = check;
    this.rules = rules;
    this.secret = secret;
    this.decoy = decoy;
    this.serverNonce = serverNonce;
  }

  /** What takes time in judging a login, so that a test can count it. */
  @FunctionalInterface
  interface ProofCheck {
    boolean proves(byte[] proof, byte[] storedKey, String said);
  }

  /** A message that is none of SCRAM, or asks for what is not offered. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedException(String message) {
      super(message);
    }
  }

  /**
   * What a client is told last.
   *
   * @param password that it has shown to know
   */
  record Proven(PasswordVerifier password, String message) {}

  /** As whom the client wants to be known; empty before its first message. */
  String user() {
    return user;
  }

  /** Answers the client's first message. */
  String first(String message) throws MalformedException {
    ClientFirstMessage first;
    try {
      first = ClientFirstMessage.parseFrom(message);
    } catch (ScramParseException | RuntimeException malformed) {
      throw new MalformedException(
          "the first message of a login is not as " + MECHANISM + " has it");
    }
    int headerEnd = message.indexOf(',', message.indexOf(',') + 1) + 1;
    header = message.substring(0, headerEnd);
    if (header.startsWith("p")) {
      throw new MalformedException("a login binds to a channel, which this node does not offer");
    }
    if (!header.endsWith(",,")) {
      throw new MalformedException("a login asks to act as another user, which is not offered");
    }
    user = first.getUsername();
    if (user.length() > USER_CHARS_MAX) {
      throw new MalformedException(
          "a login names a user by more than %d characters".formatted(USER_CHARS_MAX));
    }
    List<PasswordVerifier> passwords = rules.passwordsOf(user).verifiers();
    ServerFirstMessage answer =
        passwords.isEmpty()
            ? new ServerFirstMessage(
                first.getClientNonce(), serverNonce, decoy.salt(secret, user), decoy.iterations())
            : new ServerFirstMessage(
                first.getClientNonce(),
                serverNonce,
                passwords.getFirst().salt(),
                passwords.getFirst().iterations());
    nonce = answer.getNonce();
    said = message.substring(headerEnd) + "," + answer;
    return answer.toString();
  }

  /**
   * Judges the client's last message.
   *
   * @return null if it does not prove to know a password of the user
   */
  @Nullable Proven last(String message) throws MalformedException {
    Matcher parts = FINAL.matcher(message);
    if (!parts.matches()) {
      throw new MalformedException(
          "the last message of a login is not as " + MECHANISM + " has it");
    }
    byte[] proof = decoded(parts.group(4));
    byte[] binding = decoded(parts.group(2));
    if (proof.length != PROOF_BYTES) {
      throw new MalformedException("the proof of a login is not as " + MECHANISM + " has it");
    }
    if (!parts.group(3).equals(nonce)
        || !Arrays.equals(binding, header.getBytes(StandardCharsets.UTF_8))) {
      throw new MalformedException("the last message of a login belongs to another login");
    }
    String all = said + "," + parts.group(1);
    List<PasswordVerifier> passwords = rules.passwordsOf(user).verifiers();
    if (passwords.isEmpty()) {
      // Takes as long as it does for a wrong password.
      boolean unused = proves(proof, Decoy.storedKey(secret, user), all);
    }
    for (PasswordVerifier password : passwords) {
      if (proves(proof, password.storedKey(), all)) {
        byte[] signature =
            ScramFunctions.serverSignature(SCRAM, decoded(password.serverKey()), all);
        return new Proven(password, new ServerFinalMessage(signature).toString());
      }
    }
    return null;
  }

  private boolean proves(byte[] proof, String storedKey, String all) throws MalformedException {
    return check.proves(proof, decoded(storedKey), all);
  }

  private static byte[] decoded(String base64) throws MalformedException {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      if (Base64.getEncoder().encodeToString(bytes).equals(base64)) {
        return bytes;
      }
    } catch (IllegalArgumentException malformed) {
      // as below
    }
    throw new MalformedException("the last message of a login is not as " + MECHANISM + " has it");
  }
}
