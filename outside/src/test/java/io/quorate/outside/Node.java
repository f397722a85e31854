package io.quorate.outside;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** One node: a process of {@code bin/quorate server}, configured by its environment. */
final class Node {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private final String name;
  private final Path directory;
  private final Map<String, String> environment = new TreeMap<>();
  private String pages;
  private HttpClient http = HTTP;
  private String address;
  private Path home = Distribution.home();
  private @Nullable List<String> program;
  private @Nullable Process process;

  /** How many lines it had printed before its last start that say that it is ready. */
  private long readyBefore;

  /**
   * @param directory of the node's own, for its data and its output
   */
  Node(String name, Path directory, String address, String httpAddress) {
    this.name = name;
    this.directory = directory;
    this.address = address;
    this.pages = "http://" + httpAddress;
    set("QUORATE_NODE_DATA_DIR", directory.resolve("data").toString());
    set("QUORATE_NODE_ADDRESS", address);
    set("QUORATE_HTTP_LISTEN", httpAddress);
    set("QUORATE_STORAGE_BLOCK_CACHE", "16MiB");
    set("QUORATE_JAVA_OPTS", "-Xms192m -Xmx192m -XX:+UseSerialGC");
    if (Disturbance.BRIEF) {
      addJavaOption("-XX:TieredStopAtLevel=1"); // it is stopped before more than that pays
    }
  }

  String name() {
    return name;
  }

  /** Where its HTTP pages are. */
  String pages() {
    return pages;
  }

  /** Where its data directory is; it is not there before the first start. */
  Path data() {
    return Path.of(environment.get("QUORATE_NODE_DATA_DIR"));
  }

  /** Stops the process in order. */
  void stop() {
    signal("TERM");
    int code = awaitExit(Duration.ofMinutes(1));
    if (code != 128 + 15) {
      throw new AssertionError(name + " ended with " + code + "\n" + lastLines());
    }
  }

  String address() {
    return address;
  }

  /** Gives the node another address, from its next start on. */
  void moveTo(String another) {
    address = another;
    set("QUORATE_NODE_ADDRESS", another);
  }

  /** Gives the node another built distribution, from its next start on. */
  Node install(Path distribution) {
    home = distribution;
    return this;
  }

  /** Gives the node another program than {@code bin/quorate server}, from its next start on. */
  void run(List<String> command) {
    program = List.copyOf(command);
  }

  /** Sets a variable of the process's environment, from its next start on. */
  Node set(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Node addJavaOption(String option) {
    environment.merge("QUORATE_JAVA_OPTS", option, (before, more) -> before + " " + more);
    return this;
  }

  /** Asks the HTTP port with TLS from now on, by the host that the node's certificate names. */
  Node https(SSLContext trusted, String host) {
    http = HttpClient.newBuilder().sslContext(trusted).build();
    pages = "https://" + host + ":" + URI.create(pages).getPort();
    return this;
  }

  void start() {
    if (isAlive()) {
      throw new IllegalStateException(name + " runs");
    }
    if (!environment.containsKey("QUORATE_TLS_CERTIFICATE")) {
      environment.putIfAbsent("QUORATE_SECURITY_INSECURE", "true"); // some have a host's name
    }
    ProcessBuilder builder = new ProcessBuilder(program == null ? server() : program);
    builder.environment().putAll(environment);
    builder.directory(directory.toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()));
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    readyBefore = saidReady();
    try {
      Files.createDirectories(directory);
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> server() {
    return List.of(home.resolve("bin/quorate").toString(), "server", "--config", config());
  }

  /** The configuration that environment variables take precedence over. */
  String config() {
    return home.resolve("config/quorate.yml").toString();
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** The exit code of the process, which is waited for. */
  int awaitExit(Duration longest) {
    try {
      if (!started().waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(name + " still runs after " + longest + "\n" + lastLines());
      }
      return started().exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Sends a signal by its name without SIG: KILL, TERM, STOP, CONT. */
  void signal(String signal) {
    CommandLine.system("kill", "-" + signal, Long.toString(started().pid()));
  }

  void kill() {
    signal("KILL");
    awaitExit(Duration.ofSeconds(20));
  }

  /** Ends the process in any state; for the end of a test. */
  void discard() {
    if (process != null) {
      process.destroyForcibly();
      awaitExit(Duration.ofSeconds(30));
    }
  }

  ProcessHandle process() {
    return started().toHandle();
  }

  /** What the process has used of processors so far. */
  Duration processorTime() {
    return started().info().totalCpuDuration().orElseThrow();
  }

  /** Asks its page, or looks for what it prints once it is ready, if it has no pages. */
  boolean isReady() {
    boolean hasPages = !"off".equals(environment.get("QUORATE_HTTP_LISTEN"));
    return isAlive() && (hasPages ? status("/health/ready") == 200 : saidReady() > readyBefore);
  }

  private long saidReady() {
    return log().lines().filter("ready"::equals).count();
  }

  /** The status of an HTTP page; 0 if there is no answer within five seconds. */
  int status(String path) {
    try {
      return http.send(request(path), HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  /**
   * Returns the sum of a meter over all its labels.
   *
   * @param meter its name in Prometheus' form
   * @throws AssertionError if there is no such meter
   */
  double meter(String meter) {
    return meter(meter, "");
  }

  /**
   * Returns the sum of a meter over lines with a label, as in {@code reason="invalid"}; over all
   * lines if the label is empty.
   */
  double meter(String meter, String label) {
    return meterIfShown(meter, label)
        .orElseThrow(() -> new AssertionError(name + " has no meter " + meter));
  }

  /** As {@link #meter(String, String)}; empty if the page does not show it, or not yet. */
  OptionalDouble meterIfShown(String meter, String label) {
    String labels =
        label.isEmpty() ? "(?:\\{[^}]*})?" : "\\{[^}]*" + Pattern.quote(label) + "[^}]*}";
    Matcher lines =
        Pattern.compile("^" + Pattern.quote(meter) + labels + " (\\S+)", Pattern.MULTILINE)
            .matcher(page("/metrics"));
    double sum = 0;
    boolean found = false;
    while (lines.find()) {
      sum += Double.parseDouble(lines.group(1));
      found = true;
    }
    return found ? OptionalDouble.of(sum) : OptionalDouble.empty();
  }

  String page(String path) {
    try {
      return http.send(request(path), HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create(pages + path)).timeout(Duration.ofSeconds(5)).build();
  }

  /** All that the process has printed so far, over all its starts. */
  String log() {
    try {
      Path log = directory.resolve("log");
      return Files.exists(log) ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The time from the last line that the process has printed until now. */
  Duration timeSinceLastOutput() throws IOException {
    Instant last = Files.getLastModifiedTime(directory.resolve("log")).toInstant();
    return Duration.between(last, Instant.now());
  }

  String lastLines() {
    String log = log();
    return "last lines of " + name + ":\n" + log.substring(Math.max(0, log.length() - 4_000));
  }

  private Process started() {
    if (process == null) {
      throw new IllegalStateException(name + " was not started");
    }
    return process;
  }
}
