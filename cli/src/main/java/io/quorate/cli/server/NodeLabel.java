package io.quorate.cli.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;

/**
 * Prints a label of a node of Kubernetes, and nothing if the node has no such label: an init
 * container of the Helm chart finds out by this in which zone its pod is, as a pod is not told.
 */
final class NodeLabel {
  private static final URI API = URI.create("https://kubernetes.default.svc");

  /** Where Kubernetes puts what a pod needs to ask its API. */
  private static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private NodeLabel() {}

  /**
   * Ends the process: with 0 if the node was read, else with 1, so that the container is started
   * again.
   *
   * @param args the name of the node, and the key of the label
   */
  public static void main(String[] args) throws InterruptedException {
    int exitCode = 1;
    try {
      System.out.print(read(API, ACCOUNT, args[0], args[1]));
      exitCode = 0;
    } catch (IOException | GeneralSecurityException unread) {
      System.err.println("cannot read the label: " + unread);
    }
    System.exit(exitCode);
  }

  static String read(URI api, Path account, String node, String label)
      throws IOException, GeneralSecurityException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                api.resolve("/api/v1/nodes/" + URLEncoder.encode(node, StandardCharsets.UTF_8)))
            .header("Authorization", "Bearer " + Files.readString(account.resolve("token")).strip())
            .header("Accept", "application/json")
            .timeout(TIMEOUT)
            .build();
    try (HttpClient client =
        HttpClient.newBuilder()
            .sslContext(HealthCheck.trusting(account.resolve("ca.crt")))
            .connectTimeout(TIMEOUT)
            .build()) {
      HttpResponse<String> response =
          client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      if (response.statusCode() != 200) {
        throw new IOException(
            "node %s: the API of Kubernetes answered %d: %s"
                .formatted(node, response.statusCode(), response.body().strip()));
      }
      return new ObjectMapper()
          .readTree(response.body())
          .path("metadata")
          .path("labels")
          .path(label)
          .asText();
    }
  }
}
