package io.quorate.node;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.ChangeAccessRequest;
import io.quorate.proto.v1.SetPassword;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * Sets passwords that are hashed as seldom as nodes allow. The client has them hashed 25 times as
 * often, at each login, too, which would be most of what tests with many logins take.
 *
 * @param root credentials of the superuser
 */
record CheapPasswords(String address, ChannelCredentials root) {
  private static final int ITERATIONS = 4_096;
  private static final int SALT_BYTES = 16;
  private static final ScramMechanism SCRAM = ScramMechanism.SCRAM_SHA_256;

  void set(String user, String password) {
    ManagedChannel channel = Grpc.newChannelBuilder(address, root).build();
    try {
      var unused =
          AccessGrpc.newBlockingStub(channel)
              .withDeadlineAfter(20, TimeUnit.SECONDS)
              .changeAccess(
                  ChangeAccessRequest.newBuilder()
                      .setSetPassword(
                          SetPassword.newBuilder().setUser(user).setVerifier(verifier(password)))
                      .build());
    } finally {
      channel.shutdownNow();
    }
  }

  private static String verifier(String password) {
    byte[] salt = ScramFunctions.salt(SALT_BYTES, new SecureRandom());
    byte[] salted =
        ScramFunctions.saltedPassword(
            SCRAM, StringPreparation.SASL_PREPARATION, password.toCharArray(), salt, ITERATIONS);
    Base64.Encoder base64 = Base64.getEncoder();
    return "%s$%d:%s$%s:%s"
        .formatted(
            SCRAM.getName(),
            ITERATIONS,
            base64.encodeToString(salt),
            base64.encodeToString(
                ScramFunctions.storedKey(SCRAM, ScramFunctions.clientKey(SCRAM, salted))),
            base64.encodeToString(ScramFunctions.serverKey(SCRAM, salted)));
  }
}
