package io.quorate.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.status.Status;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of nodes, as logback.xml sets it up. */
class LoggingTest {
  @TempDir private Path directory;

  private final LoggerContext context = new LoggerContext();

  @AfterEach
  void stop() {
    context.stop();
  }

  private Path log(String configuration) throws Exception {
    Path file = directory.resolve("log");
    context.setMDCAdapter(new LogbackMDCAdapter());
    Map.of(
            "quorate.log.file",
            file.toString(),
            "quorate.log.file.bytes",
            "20000",
            "quorate.log.files",
            "2")
        .forEach(context::putProperty);
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    URL resource = Logging.class.getResource("/" + configuration);
    configurator.doConfigure(resource);
    assertThat(context.getStatusManager().getCopyOfStatusList())
        .as("warnings would be printed at each start")
        .allMatch(status -> status.getLevel() == Status.INFO);
    return file;
  }

  /** 40 bytes that were no request cost 6 KB of log each: a disk could be filled with them. */
  @Test
  void aFloodOfOneLibraryCostsOneLineASecondWithoutStacks() throws Exception {
    Path file = log("logback-file.xml");
    for (int i = 0; i < 10_000; i++) {
      context
          .getLogger("io.grpc.internal.SerializingExecutor")
          .error("Exception while executing", new IllegalStateException("truncated\nmessage"));
    }
    context.getLogger("io.quorate.node").warn("ours {}", 1, new IllegalStateException("ours"));
    context.getLogger("io.quorate.node").warn("ours {}", 2);
    List<String> lines = Files.readAllLines(file);
    assertThat(lines.stream().filter(line -> line.contains("SerializingExecutor")).count())
        .isBetween(1L, 30L); // one a second, on a machine that may be slow
    assertThat(lines).anyMatch(line -> line.contains("IllegalStateException: truncated message"));
    assertThat(lines).noneMatch(line -> line.equals("message"));
    assertThat(lines.stream().filter(line -> line.contains("ours ")).count()).isEqualTo(2);
    assertThat(lines).as("our own stacks are whole").anyMatch(line -> line.contains("\tat "));
    assertThat(lines.getFirst()).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]{12}Z ERROR node=- .*");
  }

  @Test
  void whatIsLeftOutIsCounted() throws Exception {
    Path file = log("logback-file.xml");
    AtomicLong nanos = new AtomicLong();
    context.resetTurboFilterList();
    context.addTurboFilter(new LibraryLines(nanos::get));
    var grpc = context.getLogger("io.grpc.x");
    for (int i = 0; i < 5; i++) {
      grpc.warn("line {}", i);
      context.getLogger("io.netty.y").warn("other {}", i);
    }
    grpc.info("below the level");
    nanos.addAndGet(1_000_000_000);
    grpc.warn("line 5");
    assertThat(Files.readAllLines(file).stream().map(line -> line.replaceFirst(".*] ", "")))
        .containsExactly(
            "line 0",
            "other 0",
            "4 more lines of this logger were left out: one a second is kept",
            "line 5");
  }

  @Test
  void aFileIsBoundedAndSoAreThoseThatAreKept() throws Exception {
    Path file = log("logback-file.xml");
    for (int i = 0; i < 2_000; i++) {
      context.getLogger("io.quorate.node").info("line {} {}", i, "x".repeat(100));
    }
    try (var files = Files.list(directory)) {
      assertThat(files.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder("log", "log.1", "log.2");
    }
    assertThat(Files.size(file)).isPositive();
    for (String full : List.of("log.1", "log.2")) {
      Path each = directory.resolve(full);
      String last = Files.readAllLines(each).getLast();
      assertThat(Files.size(each) - last.length() - 1)
          .as("%s, without the line by which it is full", full)
          .isLessThan(20_000);
      assertThat(Files.size(each)).isGreaterThanOrEqualTo(20_000);
    }
  }

  @Test
  void linesMayBeJson() throws Exception {
    Path file = log("logback-file-json.xml");
    context.getLogger("io.quorate.node").info("hello {}", "wörld");
    var line = new ObjectMapper().readTree(Files.readString(file));
    assertThat(line.get("level").asText()).isEqualTo("INFO");
    assertThat(line.get("formattedMessage").asText()).isEqualTo("hello wörld");
  }

  /** What programs that read logs are told of, and nothing else. */
  @Test
  void theFieldsOfJsonAreThoseOfThePage() throws Exception {
    Path file = log("logback-file-json.xml");
    NodeFields.set(context, "7f3a1c0e52d94b86", "db-east-1");
    context
        .getLogger("io.quorate.node")
        .warn("failed", new IllegalStateException("outer", new IllegalStateException("inner")));
    String page = Files.readString(Path.of("../docs/operations/monitor.md"));
    Matcher section = Pattern.compile("(?s)\n## Logs\n(.*?)\n## ").matcher(page);
    assertThat(section.find()).isTrue();
    Map<String, String> told = new TreeMap<>();
    Matcher rows = Pattern.compile("(?m)^\\| `(\\w+)` \\| (.*) \\|$").matcher(section.group(1));
    while (rows.find()) {
      told.put(rows.group(1), rows.group(2));
    }
    JsonNode line = new ObjectMapper().readTree(Files.readString(file));
    assertThat(told).containsOnlyKeys(names(line));
    Matcher sample = Pattern.compile("(?m)^\\{.*\\}$").matcher(section.group(1));
    assertThat(sample.find()).isTrue();
    assertThat(names(new ObjectMapper().readTree(sample.group()))).isEqualTo(names(line));
    assertThat(told.getOrDefault("mdc", "")).contains(quoted(line.path("mdc")));
    JsonNode thrown = line.path("throwable");
    assertThat(told.getOrDefault("throwable", ""))
        .contains("`className`", "`message`", "`stepArray`", "`cause`")
        .contains(quoted(thrown.at("/stepArray/0")));
    assertThat(names(thrown)).contains("className", "message", "stepArray", "cause");
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  private static List<String> quoted(JsonNode object) {
    return names(object).stream().map(name -> "`" + name + "`").toList();
  }

  /** Threads of libraries and of the disk do not know which node they work for. */
  @Test
  void eachLineSaysWhichNodeItIsOf() throws Exception {
    Path file = log("logback-file.xml");
    NodeFields.set(context, "", "db-east-1");
    context.getLogger("io.quorate.node").info("before its id is known");
    NodeFields.set(context, "7f3a1c0e52d94b86", "db-east-1");
    onAnotherThread(() -> context.getLogger("io.netty.x").warn("of a library"));
    assertThat(Files.readAllLines(file))
        .satisfiesExactly(
            line -> assertThat(line).contains(" node=- name=db-east-1 node [main] before its"),
            line ->
                assertThat(line).contains(" node=7f3a1c0e52d94b86 name=db-east-1 x [other] of"));
  }

  @Test
  void aNodeWithoutNameShowsNone() throws Exception {
    Path file = log("logback-file.xml");
    NodeFields.set(context, "7f3a1c0e52d94b86", "");
    onAnotherThread(() -> context.getLogger("io.quorate.node").info("hello"));
    assertThat(Files.readString(file)).contains(" node=7f3a1c0e52d94b86 node [other] hello");
  }

  @Test
  void linesOfJsonSayWhichNodeTheyAreOf() throws Exception {
    Path file = log("logback-file-json.xml");
    NodeFields.set(context, "7f3a1c0e52d94b86", "db-east-1");
    onAnotherThread(() -> context.getLogger("io.quorate.node").info("hello"));
    var fields = new ObjectMapper().readTree(Files.readString(file)).get("mdc");
    assertThat(fields.get("node").asText()).isEqualTo("7f3a1c0e52d94b86");
    assertThat(fields.get("name").asText()).isEqualTo("db-east-1");
  }

  private static void onAnotherThread(Runnable task) throws InterruptedException {
    Thread other = new Thread(task, "other");
    other.start();
    other.join();
  }

  /** Whatever the level is, and whatever the process allows for new files. */
  @Test
  void theAuditHasABoundedFileOfItsOwnThatOthersCannotRead() throws Exception {
    Path audit = directory.resolve("audit");
    Map.of(
            "quorate.audit", "logback-audit-file.xml",
            "quorate.audit.file", audit.toString(),
            "quorate.audit.file.bytes", "20000",
            "quorate.audit.files", "2",
            "quorate.log.level", "ERROR")
        .forEach(context::putProperty);
    Path file = log("logback-file.xml");
    for (int i = 0; i < 2_000; i++) {
      context.getLogger("io.quorate.audit").info("{\"n\":{},\"x\":\"{}\"}", i, "x".repeat(100));
    }
    assertThat(Files.readString(file)).isEmpty();
    for (String name : List.of("audit", "audit.1", "audit.2")) {
      Path each = directory.resolve(name);
      assertThat(Files.readAllLines(each)).allMatch(line -> line.startsWith("{\"n\":"));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
          .isEqualTo("rw-r-----");
      assertThat(Files.size(each)).isLessThan(20_200); // and a line of 120 bytes
    }
    assertThat(directory.resolve("audit.3")).doesNotExist();
  }

  @Test
  void withoutAFileTheAuditIsPartOfTheLog() throws Exception {
    context.putProperty("quorate.log.level", "ERROR");
    Path file = log("logback-file.xml");
    context.getLogger("io.quorate.audit").info("{}");
    assertThat(Files.readString(file)).contains("audit").endsWith("{}\n");
  }

  @Test
  void whatGrpcSaysThroughJavaLoggingIsHandedOn() {
    var root = LogManager.getLogManager().getLogger("");
    var before = root.getHandlers();
    var level = root.getLevel();
    try {
      JavaLogging.toTheLog();
      assertThat(root.getHandlers()).hasSize(1).allMatch(JavaLogging.class::isInstance);
      assertThat(root.getLevel()).isEqualTo(Level.WARNING);
      assertThat(
              Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler").getLevel())
          .as("a client that leaves is no news")
          .isEqualTo(Level.SEVERE);
      LogRecord odd = new LogRecord(Level.SEVERE, "no parameters for {0}");
      odd.setLoggerName(null);
      root.getHandlers()[0].publish(odd); // and it does not throw
    } finally {
      LogManager.getLogManager().reset();
      root.setLevel(level);
      List.of(before).forEach(root::addHandler);
    }
  }

  /** Who keeps an audit has to know what is missing in it. */
  @Test
  void aLineOfTheAuditThatIsNotWrittenIsToldOf() throws Exception {
    Path file = directory.resolve("audit");
    ch.qos.logback.classic.Logger audit = audit(file);
    AuditFile appender = (AuditFile) audit.getAppender("audit");
    appender.setOutputStream(
        new OutputStream() {
          @Override
          public void write(int one) throws IOException {
            throw new IOException("No space left on device");
          }
        });
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> audit.info("lost"))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("No space left");
    }
    appender.openFile(file.toString());
    audit.info("kept");
    assertThat(Files.readAllLines(file)).containsExactly("kept");
    appender.stop();
    assertThatThrownBy(() -> audit.info("lost")).hasMessageContaining("is not open");
  }

  /** The rest of a line would make the next one unreadable, too. */
  @Test
  void ofALineThatIsNotWrittenWholeNothingStays() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", disk.toString())
                .redirectErrorStream(true)
                .start()
                .waitFor()
            == 0,
        "no file system can be mounted here");
    try {
      Path file = disk.resolve("audit");
      ch.qos.logback.classic.Logger audit = audit(file);
      audit.info("kept");
      assertThatThrownBy(() -> audit.info("x".repeat(20_000)))
          .isInstanceOf(UncheckedIOException.class);
      audit.info("kept, too");
      assertThat(Files.readAllLines(file)).containsExactly("kept", "kept, too");
    } finally {
      context.stop();
      int unused = new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
    }
  }

  private ch.qos.logback.classic.Logger audit(Path file) throws Exception {
    context.putProperty("quorate.audit", "logback-audit-file.xml");
    context.putProperty("quorate.audit.file", file.toString());
    Path unused = log("logback-file.xml");
    return context.getLogger("io.quorate.audit");
  }
}
