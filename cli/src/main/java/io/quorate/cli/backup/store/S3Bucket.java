package io.quorate.cli.backup.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The requests that backups make of a bucket. Failures are told by {@link S3Faults}.
 *
 * <p>What is sent has its MD5 with it, which a server compares: of the checksums that S3 knows, the
 * only one that all servers do.
 */
public final class S3Bucket {
  private static final String DELIMITER = "/";
  private static final int NOT_IMPLEMENTED = 501;

  private final S3Client client;
  private final String server;

  /** What is expected of an object that is written. */
  sealed interface Condition {
    /** That there is none. */
    record Absent() implements Condition {}

    /** That it is still this one. */
    record Unchanged(String etag) implements Condition {}
  }

  /** How a conditional write ended. */
  enum Outcome {
    WRITTEN,
    /** The condition did not hold. */
    REFUSED,
    /** The server has no conditional writes. Nothing was written. */
    UNKNOWN_TO_SERVER
  }

  /**
   * A part of an object.
   *
   * @param total bytes of the whole object
   */
  record Part(byte[] bytes, long total, String etag, Instant modified) {}

  /**
   * @param server that the client asks, for people
   */
  public S3Bucket(S3Client client, String server) {
    this.client = client;
    this.server = server;
  }

  private <T> T ask(String action, S3Address object, Supplier<T> request) throws IOException {
    try {
      return request.get();
    } catch (SdkException failed) {
      throw S3Faults.of(server, action, object, failed);
    }
  }

  private static Consumer<ListObjectsV2Request.Builder> in(S3Address place) {
    return request ->
        request
            .bucket(place.bucket())
            .prefix(place.folder())
            .delimiter(DELIMITER)
            .encodingType(EncodingType.URL); // other objects may have keys that XML cannot have
  }

  /** Returns the bytes of each object directly at a place, by the last part of its key. */
  SortedMap<String, Long> objects(S3Address place) throws IOException {
    return ask(
        "s3:ListBucket",
        place,
        () -> {
          SortedMap<String, Long> found = new TreeMap<>();
          client
              .listObjectsV2Paginator(in(place))
              .contents()
              .forEach(object -> found.put(last(object.key()), object.size()));
          return found;
        });
  }

  /** Returns the names of places directly below one. */
  List<String> places(S3Address place) throws IOException {
    return ask(
        "s3:ListBucket",
        place,
        () ->
            client.listObjectsV2Paginator(in(place)).commonPrefixes().stream()
                .map(each -> last(each.prefix().substring(0, each.prefix().length() - 1)))
                .sorted()
                .toList());
  }

  private static String last(String key) {
    return key.substring(key.lastIndexOf('/') + 1);
  }

  /** Whether any object is at a place or below it. Fails if there is no such bucket. */
  boolean holdsAnything(S3Address place) throws IOException {
    return ask(
        "s3:ListBucket",
        place,
        () ->
            !client
                .listObjectsV2(
                    request -> request.bucket(place.bucket()).prefix(place.folder()).maxKeys(1))
                .contents()
                .isEmpty());
  }

  /**
   * Reads a part of an object, which is shorter at its end, and empty behind it.
   *
   * @param etag of what is read, if a part of it was read before
   * @throws NoSuchFileException if there is no such object
   */
  Part read(S3Address object, long from, int length, @Nullable String etag) throws IOException {
    return ask(
        "s3:GetObject",
        object,
        () -> {
          try {
            ResponseBytes<GetObjectResponse> answer =
                client.getObject(
                    request ->
                        request
                            .bucket(object.bucket())
                            .key(object.prefix())
                            .range("bytes=%d-%d".formatted(from, from + length - 1))
                            .ifMatch(etag),
                    ResponseTransformer.toBytes());
            return part(from, answer);
          } catch (S3Exception refused) {
            if (refused.statusCode() == 416) {
              return new Part(new byte[0], from, "", Instant.EPOCH);
            }
            throw refused;
          }
        });
  }

  private static Part part(long from, ResponseBytes<GetObjectResponse> answer) {
    GetObjectResponse about = answer.response();
    byte[] bytes = answer.asByteArrayUnsafe();
    String range = about.contentRange(); // such as "bytes 0-6/7"
    long total =
        range == null
            ? from + bytes.length
            : Long.parseLong(range.substring(range.lastIndexOf('/') + 1));
    return new Part(bytes, total, about.eTag(), about.lastModified());
  }

  /** Returns the condition that nothing else is written before what is written next. */
  Condition asItIs(S3Address object) throws IOException {
    try {
      return new Condition.Unchanged(read(object, 0, 1, null).etag());
    } catch (NoSuchFileException none) {
      return new Condition.Absent();
    }
  }

  /** Writes an object, in place of one of the same key. */
  void put(S3Address object, byte[] bytes, int length) throws IOException {
    ask(
        "s3:PutObject",
        object,
        () -> client.putObject(of(object, bytes, length).build(), body(bytes, length)));
  }

  /** Writes an object if it is there as it is expected to be. */
  Outcome put(S3Address object, byte[] bytes, Condition condition) throws IOException {
    PutObjectRequest.Builder request = of(object, bytes, bytes.length);
    switch (condition) {
      case Condition.Absent absent -> request.ifNoneMatch("*");
      case Condition.Unchanged unchanged -> request.ifMatch(unchanged.etag());
    }
    return ask(
        "s3:PutObject",
        object,
        () -> {
          try {
            client.putObject(request.build(), body(bytes, bytes.length));
            return Outcome.WRITTEN;
          } catch (S3Exception refused) {
            return switch (refused.statusCode()) {
              case 409, 412 -> Outcome.REFUSED;
              case NOT_IMPLEMENTED -> Outcome.UNKNOWN_TO_SERVER;
              default -> {
                if (S3Faults.code(refused).equals("NoSuchKey")) {
                  yield Outcome.REFUSED; // it was to be unchanged, and was deleted
                }
                throw refused;
              }
            };
          }
        });
  }

  private static PutObjectRequest.Builder of(S3Address object, byte[] bytes, int length) {
    return PutObjectRequest.builder()
        .bucket(object.bucket())
        .key(object.prefix())
        .contentMD5(md5(bytes, length));
  }

  /** Deletes an object; does nothing if it is not there. */
  void delete(S3Address object) throws IOException {
    ask(
        "s3:DeleteObject",
        object,
        () -> client.deleteObject(request -> request.bucket(object.bucket()).key(object.prefix())));
  }

  /** Begins an object that is sent in parts, and returns the id of the upload. */
  String begin(S3Address object) throws IOException {
    return ask(
        "s3:PutObject",
        object,
        () ->
            client
                .createMultipartUpload(
                    request -> request.bucket(object.bucket()).key(object.prefix()))
                .uploadId());
  }

  /**
   * Sends a part.
   *
   * @param number from 1 on
   */
  CompletedPart send(S3Address object, String upload, int number, byte[] bytes, int length)
      throws IOException {
    return ask(
        "s3:PutObject",
        object,
        () -> {
          String etag =
              client
                  .uploadPart(
                      request ->
                          request
                              .bucket(object.bucket())
                              .key(object.prefix())
                              .uploadId(upload)
                              .partNumber(number)
                              .contentMD5(md5(bytes, length)),
                      body(bytes, length))
                  .eTag();
          return CompletedPart.builder().partNumber(number).eTag(etag).build();
        });
  }

  /**
   * Makes an object of the parts that were sent.
   *
   * @return false if the server knows of no such upload: it has ended, be it with this request, of
   *     which the answer was lost, so that it was sent again
   */
  boolean complete(S3Address object, String upload, List<CompletedPart> parts) throws IOException {
    return ask(
        "s3:PutObject",
        object,
        () -> {
          try {
            client.completeMultipartUpload(
                request ->
                    request
                        .bucket(object.bucket())
                        .key(object.prefix())
                        .uploadId(upload)
                        .multipartUpload(all -> all.parts(parts)));
            return true;
          } catch (S3Exception refused) {
            if (isOfEndedUpload(refused)) {
              return false;
            }
            throw refused;
          }
        });
  }

  /** As S3 says it, and as S3Proxy does. */
  private static boolean isOfEndedUpload(S3Exception refused) {
    String code = S3Faults.code(refused);
    return code.equals("NoSuchUpload") || code.equals("NoSuchKey");
  }

  /** Discards the parts of an upload; does nothing if it has ended. */
  void abort(S3Address object, String upload) throws IOException {
    ask(
        "s3:AbortMultipartUpload",
        object,
        () -> {
          try {
            return client.abortMultipartUpload(
                request -> request.bucket(object.bucket()).key(object.prefix()).uploadId(upload));
          } catch (S3Exception refused) {
            if (isOfEndedUpload(refused)) {
              return refused;
            }
            throw refused;
          }
        });
  }

  /**
   * Returns uploads at a place that have not ended. Some servers know them by whole keys only, and
   * some do not tell which there are: there, nothing is seen of them.
   */
  List<MultipartUpload> uploads(S3Address place) throws IOException {
    return ask(
        "s3:ListBucketMultipartUploads",
        place,
        () -> {
          try {
            return client
                .listMultipartUploadsPaginator(
                    request -> request.bucket(place.bucket()).prefix(place.folder()))
                .uploads()
                .stream()
                .toList();
          } catch (S3Exception refused) {
            if (refused.statusCode() == NOT_IMPLEMENTED) {
              return List.of();
            }
            throw refused;
          }
        });
  }

  private static RequestBody body(byte[] bytes, int length) {
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(bytes, 0, length), length, "application/octet-stream");
  }

  @SuppressWarnings("WeakMessageDigestAlgorithm")
  private static String md5(byte[] bytes, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      digest.update(bytes, 0, length);
      return Base64.getEncoder().encodeToString(digest.digest());
    } catch (NoSuchAlgorithmException none) {
      throw new IllegalStateException("this Java has no MD5", none);
    }
  }
}
