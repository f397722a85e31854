package io.quorate.cli.backup.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Properties;
import java.util.Set;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** A server that speaks S3 over HTTP and keeps objects in files, and credentials for it. */
public final class S3Server {
  /** A file longer than this is sent in parts. */
  public static final int PART_BYTES = S3File.PART_BYTES;

  static final String BUCKET = "backups";

  private static final String KEY_ID = "aws.accessKeyId";
  private static final String SECRET = "aws.secretAccessKey";
  private static final String NO_METADATA = "aws.disableEc2Metadata";

  private final BlobStoreContext context;
  private final S3Proxy server;

  public S3Server(Path directory) throws Exception {
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
  public static void credentials(String id, String secret) {
    System.setProperty(KEY_ID, id);
    System.setProperty(SECRET, secret);
  }

  public static void noCredentials() {
    System.clearProperty(KEY_ID);
    System.clearProperty(SECRET);
  }

  public String endpoint() {
    return "http://127.0.0.1:" + server.getPort();
  }

  public S3Client client(ExecutionInterceptor... interceptors) {
    S3ClientBuilder builder = S3Connection.builder(URI.create(endpoint()), true);
    var all = builder.overrideConfiguration().toBuilder();
    for (ExecutionInterceptor each : interceptors) {
      all.addExecutionInterceptor(each);
    }
    return builder.overrideConfiguration(all.build()).build();
  }

  public S3Bucket bucket(ExecutionInterceptor... interceptors) {
    return new S3Bucket(client(interceptors), endpoint());
  }

  public static S3Address address(String prefix) {
    return new S3Address(BUCKET, prefix);
  }

  public S3Store store(String prefix) {
    return new S3Store(bucket(), address(prefix), InstantSource.system(), false, warning -> {});
  }

  /** The same, for a run that takes a backup over. */
  public S3Store takingOver(String prefix) {
    return new S3Store(bucket(), address(prefix), InstantSource.system(), true, warning -> {});
  }

  /** Puts an object below a prefix, which no backup wrote. */
  public void put(String object, byte[] content) throws IOException {
    bucket().put(address(object), content, content.length);
  }

  public void delete(String object) throws IOException {
    bucket().delete(address(object));
  }

  /** Returns the name of the first file of records of a backup. */
  public String data(String backup) throws IOException {
    return objects(backup).stream().filter(FileNames::isData).findFirst().orElseThrow();
  }

  /** Returns the names of the objects right below a prefix. */
  public Set<String> objects(String prefix) throws IOException {
    return bucket().objects(address(prefix)).keySet();
  }

  public boolean holdsAnything(String prefix) throws IOException {
    return bucket().holdsAnything(address(prefix));
  }

  /** Returns how many uploads below a prefix were begun and have not ended. */
  public int uploads(String prefix) throws IOException {
    return bucket().uploads(address(prefix)).size();
  }

  public void close() throws Exception {
    server.stop();
    context.close();
    noCredentials();
    System.clearProperty(NO_METADATA);
  }
}
