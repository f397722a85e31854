package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that proves who is who is replaced while {@code quorate bench} runs, as the pages on
 * TLS and users say: the authority, the certificates of nodes and programs, a password. No
 * operation fails. Connections end after a few seconds, so that each step is met by connections
 * that begin in it.
 */
@Tag("campaign")
class RotationTest {
  private static final int BENCH_SECONDS = 110;

  /** Longer than a connection lasts, and its grace. */
  private static final Duration STEP = Duration.ofSeconds(8);

  @TempDir private Path directory;

  private Path in(String... names) {
    Path path = directory;
    for (String name : names) {
      path = path.resolve(name);
    }
    return path;
  }

  @Test
  void authorityCertificatesAndPasswordAreReplacedUnderBench() throws Exception {
    try (Nodes nodes = Nodes.onHosts("localhost", "localhost", "localhost")) {
      for (String authority : List.of("first", "second")) {
        nodes
            .commandLine()
            .quorate(
                "security",
                "init",
                in(authority).toString(),
                "--node",
                "localhost+127.0.0.1",
                "--client",
                "program")
            .done();
      }
      for (String holder : List.of("localhost", "program", "root")) {
        Files.createDirectories(in(holder));
        replace(holder, "first");
        authorities(holder, "first");
      }
      start(nodes);
      usersAndTenants(nodes);
      List<CompletableFuture<CommandLine.Result>> benches =
          List.of(bench(program(nodes), "one"), bench(reports(nodes), "two"));
      Waiting.pass(STEP); // both have loaded their keys
      rotate(nodes);
      for (CompletableFuture<CommandLine.Result> bench : benches) {
        assertThat(bench.isDone()).as("the bench goes on while all is replaced").isFalse();
      }
      for (CompletableFuture<CommandLine.Result> bench : benches) {
        String report = bench.join().done();
        System.out.println(report.replaceAll("\\s+", " "));
        assertThat(number(report, "errors")).isZero();
        assertThat(number(report, "operations")).isGreaterThan(10_000);
      }
    }
  }

  private void start(Nodes nodes) {
    nodes
        .set("QUORATE_TLS_CERTIFICATE", in("localhost", "node.pem").toString())
        .set("QUORATE_TLS_KEY", in("localhost", "node.key").toString())
        .set("QUORATE_TLS_AUTHORITIES", in("localhost", "authorities.pem").toString())
        .set("QUORATE_TLS_CLIENT_CERTIFICATES", "optional")
        .set("QUORATE_SECURITY_LOGIN_TTL", "6s")
        .set("QUORATE_LIMITS_CONNECTION_AGE", "3s")
        .set("QUORATE_HTTP_LISTEN", "off");
    nodes.all().forEach(Node::start);
  }

  private void usersAndTenants(Nodes nodes) throws IOException {
    CommandLine root = root(nodes);
    Waiting.until(
        Duration.ofMinutes(2),
        () -> root.quorate("tenant", "create", "one").code() == 0,
        () -> root.quorate("cluster", "status") + "\n" + nodes.node(0).lastLines());
    root.quorate("tenant", "create", "two").done();
    for (String user : List.of("program", "reports")) {
      root.quorate("user", "create", user).done();
      root.quorate("grant", "read,write,delete,scan", "--to-user", user, "--tenant", "*").done();
      root.quorate("grant", "monitor", "--to-user", user).done();
    }
    password("planted-1");
    root.quorate("user", "password", "reports", "--new-password-file", in("password").toString())
        .done();
  }

  /** The steps of both pages, each on all nodes and programs before the next. */
  private void rotate(Nodes nodes) throws IOException {
    CommandLine root = root(nodes);
    for (String holder : List.of("localhost", "program", "root")) {
      authorities(holder, "first", "second");
    }
    step(root, "both authorities are trusted");
    replace("localhost", "second");
    step(root, "nodes have certificates of the second");
    replace("program", "second");
    replace("root", "second");
    Waiting.pass(Duration.ofSeconds(10)); // programs look at their files every 10 s
    step(root, "programs have certificates of the second");
    for (String holder : List.of("localhost", "program", "root")) {
      authorities(holder, "second");
    }
    step(root, "the first is not trusted any more");
    CommandLine stale =
        nodes
            .commandLine()
            .with("QUORATE_CLIENT_TLS_CA", in("second", "authorities.pem").toString())
            .with("QUORATE_CLIENT_TLS_CERT", in("first", "program", "client.pem").toString())
            .with("QUORATE_CLIENT_TLS_KEY", in("first", "program", "client.key").toString());
    assertThat(stale.quorate("get", "--tenant", "one", "k", "--timeout", "5s").toString())
        .contains("unknown_ca");

    put(in("new-password"), "planted-2\n");
    root.quorate(
            "user",
            "password",
            "reports",
            "--keep-previous",
            "--new-password-file",
            in("new-password").toString())
        .done();
    password("planted-2"); // the program's own file, which it reads at each login
    Waiting.pass(STEP);
    root.quorate("user", "password", "reports", "--drop-previous").done();
    Waiting.pass(STEP);
    System.out.println("the password is replaced");
  }

  private static void step(CommandLine root, String what) {
    String said = root.quorate("security", "reload").done();
    assertThat(said).doesNotContain("refused");
    System.out.println(what);
    Waiting.pass(STEP);
  }

  private static CompletableFuture<CommandLine.Result> bench(CommandLine user, String tenant) {
    return CompletableFuture.supplyAsync(
        () ->
            user.within(Duration.ofSeconds(3 * BENCH_SECONDS))
                .quorate(
                    "bench",
                    "--tenant",
                    tenant,
                    "--workload",
                    "a",
                    "--verify",
                    "--keys",
                    "2000",
                    "--outstanding",
                    "16",
                    "--warmup",
                    "1",
                    "--seconds",
                    Integer.toString(BENCH_SECONDS),
                    "--json"),
        // The common pool of a machine with two processors would run one bench after the other.
        bench -> Thread.ofPlatform().name("bench-" + tenant).start(bench));
  }

  private CommandLine root(Nodes nodes) {
    return withCertificate(nodes, "root");
  }

  private CommandLine program(Nodes nodes) {
    return withCertificate(nodes, "program");
  }

  private CommandLine withCertificate(Nodes nodes, String holder) {
    return nodes
        .commandLine()
        .with("QUORATE_CLIENT_TLS_CA", in(holder, "authorities.pem").toString())
        .with("QUORATE_CLIENT_TLS_CERT", in(holder, "client.pem").toString())
        .with("QUORATE_CLIENT_TLS_KEY", in(holder, "client.key").toString());
  }

  private CommandLine reports(Nodes nodes) {
    return nodes
        .commandLine()
        .with("QUORATE_CLIENT_TLS_CA", in("program", "authorities.pem").toString())
        .with("QUORATE_CLIENT_USER", "reports")
        .with("QUORATE_CLIENT_PASSWORD_FILE", in("password").toString());
  }

  private void password(String password) throws IOException {
    put(in("password"), password + "\n");
  }

  /** Gives a holder its certificate and key of that authority. */
  private void replace(String holder, String authority) throws IOException {
    String kind = holder.equals("localhost") ? "node" : "client";
    for (String file : List.of(kind + ".key", kind + ".pem")) {
      put(in(holder, file), Files.readString(in(authority, holder, file)));
    }
  }

  private void authorities(String holder, String... authorities) throws IOException {
    List<String> all = new ArrayList<>();
    for (String authority : authorities) {
      all.add(Files.readString(in(authority, "authorities.pem")));
    }
    put(in(holder, "authorities.pem"), String.join("", all));
  }

  /** By renaming, readable for its user only, as the page asks. */
  private static void put(Path file, String text) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.deleteIfExists(next);
    Files.createFile(
        next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(next, text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static long number(String json, String field) {
    Matcher found = Pattern.compile("\"" + field + "\"\\s*:\\s*(\\d+)").matcher(json);
    assertThat(found.find()).as(field + " is in " + json).isTrue();
    return Long.parseLong(found.group(1));
  }
}
