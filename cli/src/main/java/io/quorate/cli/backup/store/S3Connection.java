package io.quorate.cli.backup.store;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/** How a server of object storage is reached. Credentials are found as all tools for S3 do. */
public final class S3Connection {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** Between two bytes of an answer, and of what is sent. */
  private static final Duration SILENCE_TIMEOUT = Duration.ofSeconds(60);

  private S3Connection() {}

  /**
   * Returns a client; it asks nothing yet.
   *
   * @param endpoint of another server than that of AWS
   * @param pathStyle whether buckets are named in paths, and not in names of hosts
   */
  public static S3Client client(@Nullable URI endpoint, boolean pathStyle) {
    return builder(endpoint, pathStyle).build();
  }

  static S3ClientBuilder builder(@Nullable URI endpoint, boolean pathStyle) {
    S3ClientBuilder builder =
        S3Client.builder()
            // It is not closed with the client: it holds nothing.
            .httpClient(
                new MovingHttpClient(
                    UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .socketTimeout(SILENCE_TIMEOUT)
                        .build(),
                    SILENCE_TIMEOUT))
            .overrideConfiguration(
                all -> all.retryStrategy(AwsRetryStrategy.standardRetryStrategy()))
            .credentialsProvider(DefaultCredentialsProvider.builder().build())
            .region(region(endpoint != null))
            .forcePathStyle(pathStyle)
            // Servers differ in which checksums and which ways of sending they know.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(
                S3Configuration.builder()
                    .chunkedEncodingEnabled(false)
                    .expectContinueEnabled(false)
                    .build());
    return endpoint == null
        ? builder.crossRegionAccessEnabled(true)
        : builder.endpointOverride(endpoint);
  }

  /** A machine of AWS knows its region, and is not asked about another server. */
  private static Region region(boolean otherServer) {
    AwsRegionProvider known =
        otherServer
            ? new AwsRegionProviderChain(
                new SystemSettingsRegionProvider(), new AwsProfileRegionProvider())
            : new DefaultAwsRegionProviderChain();
    try {
      return known.getRegion();
    } catch (SdkClientException unknown) {
      return Region.US_EAST_1;
    }
  }
}
