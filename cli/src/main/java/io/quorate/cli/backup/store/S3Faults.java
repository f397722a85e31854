package io.quorate.cli.backup.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Failures of requests to object storage, in words that say what to do. */
final class S3Faults {
  private static final String CREDENTIALS =
      "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the environment, a profile in"
          + " ~/.aws/credentials, or the role of the machine or container";

  private S3Faults() {}

  /**
   * Returns the failure of a request.
   *
   * @param server that was asked, for people
   * @param action that a policy must allow for it
   * @param object that it was about
   * @return a {@link NoSuchFileException} if there is no such object
   */
  static IOException of(String server, String action, S3Address object, SdkException failure) {
    if (failure instanceof S3Exception answer) {
      String code = code(answer);
      if (code.equals("NoSuchKey")) {
        return new NoSuchFileException(object.toString());
      }
      return new IOException(
          object + ": " + words(server, action, object.bucket(), answer), failure);
    }
    if (String.valueOf(failure.getMessage()).startsWith("Unable to load credentials")) {
      return new IOException(object + ": there are no credentials: give " + CREDENTIALS, failure);
    }
    IOException network = network(failure);
    return network == null
        ? new IOException(object + ": " + failure.getMessage(), failure)
        : new IOException(
            "%s: cannot reach %s: %s: look at --s3-endpoint, and at the network"
                .formatted(object, server, network),
            failure);
  }

  /** Returns the word by which a server says what is wrong; empty if it says none. */
  static String code(S3Exception answer) {
    String code = answer.awsErrorDetails() == null ? null : answer.awsErrorDetails().errorCode();
    return code == null ? "" : code;
  }

  private static String words(String server, String action, String bucket, S3Exception answer) {
    String code = code(answer);
    return switch (code) {
      case "NoSuchBucket" ->
          "there is no bucket %s at %s: create it, or look at its name and at --s3-endpoint"
              .formatted(bucket, server);
      case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken" ->
          "%s does not take the credentials (%s): look at %s".formatted(server, code, CREDENTIALS);
      case "RequestTimeTooSkewed" ->
          "%s refuses, for the clock of this machine is wrong: correct it".formatted(server);
      case "PermanentRedirect", "AuthorizationHeaderMalformed" ->
          "the bucket is in another region: set AWS_REGION to it (%s)"
              .formatted(answer.getMessage());
      default ->
          answer.statusCode() == 403
              ? "access denied: the credentials need %s there".formatted(action)
              : "%s answers %d %s: %s"
                  .formatted(server, answer.statusCode(), code, answer.getMessage());
    };
  }

  private static @Nullable IOException network(Throwable failure) {
    Throwable cause = failure;
    while (cause != null) {
      if (cause instanceof IOException network) {
        return network;
      }
      cause = cause.getCause();
    }
    return null;
  }
}
