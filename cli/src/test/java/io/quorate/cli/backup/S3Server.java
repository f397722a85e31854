package io.quorate.cli.backup;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Properties;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** A server that speaks S3 over HTTP and keeps objects in files, and credentials for it. */
final class S3Server {
  static final String BUCKET = "backups";

  private static final String KEY_ID = "aws.accessKeyId";
  private static final String SECRET = "aws.secretAccessKey";
  private static final String NO_METADATA = "aws.disableEc2Metadata";

  private final BlobStoreContext context;
  private final S3Proxy server;

  S3Server(Path directory) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("jclouds.filesystem.basedir", directory.toString());
    context =
        ContextBuilder.newBuilder("filesystem-nio2")
            .credentials("unused", "unused")
            .overrides(properties)
            .buildView(BlobStoreContext.class);
    BlobStore objects = context.getBlobStore();
    objects.createContainerInLocation(null, BUCKET);
    server =
        S3Proxy.builder()
            .blobStore(objects)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, "operator", "secret")
            .build();
    server.start();
    credentials("operator", "secret");
    System.setProperty(NO_METADATA, "true"); // else the network is asked who this machine is
  }

  /** Gives credentials to all clients that are made from now on. */
  static void credentials(String id, String secret) {
    System.setProperty(KEY_ID, id);
    System.setProperty(SECRET, secret);
  }

  static void noCredentials() {
    System.clearProperty(KEY_ID);
    System.clearProperty(SECRET);
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getPort();
  }

  S3Client client(ExecutionInterceptor... interceptors) {
    S3ClientBuilder builder = S3Connection.builder(URI.create(endpoint()), true);
    var all = builder.overrideConfiguration().toBuilder();
    for (ExecutionInterceptor each : interceptors) {
      all.addExecutionInterceptor(each);
    }
    return builder.overrideConfiguration(all.build()).build();
  }

  S3Bucket bucket(ExecutionInterceptor... interceptors) {
    return new S3Bucket(client(interceptors), endpoint());
  }

  static S3Address address(String prefix) {
    return new S3Address(BUCKET, prefix);
  }

  S3Store store(String prefix) {
    return new S3Store(bucket(), address(prefix), InstantSource.system(), false, warning -> {});
  }

  void close() throws Exception {
    server.stop();
    context.close();
    noCredentials();
    System.clearProperty(NO_METADATA);
  }
}
