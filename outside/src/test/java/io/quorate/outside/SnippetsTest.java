package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What documents and the client's Javadoc show as Java compiles as it stands against the published
 * client, and runs against real nodes; what README shows as commands does, too.
 */
@ExtendWith(SharedNodes.class)
class SnippetsTest {
  /** Where snippets say that nodes are. */
  private static final String ENDPOINTS = "127.0.0.1:7401,127.0.0.1:7402";

  private static final List<String> DOCUMENTS =
      List.of("README.md", "docs/start.md", "docs/client/guide.md", "docs/client/jobs.md");

  /**
   * What surrounds a snippet, in one line: what an editor imports, and what the application that is
   * talked of has.
   */
  private static final String BEFORE =
      "import com.sun.net.httpserver.HttpServer; import io.quorate.client.*; import"
          + " io.quorate.client.admin.*; import io.quorate.client.recipe.*; import"
          + " io.quorate.jobs.*; import java.net.*; import java.net.http.*; import"
          + " java.net.http.HttpRequest.BodyPublishers; import"
          + " java.net.http.HttpResponse.BodyHandlers; import java.nio.charset.*; import"
          + " java.nio.file.*; import java.time.*; import java.util.*; import"
          + " java.util.concurrent.*; public class Snippet { static Map<Object, byte[]> cache = new"
          + " HashMap<>(); static QuorateClient client; static KeyValue kv; static AsyncKeyValue"
          + " async; public static void main(String[] args) throws Exception {";

  /**
   * A piece of a document.
   *
   * @param line of its first line, from 1
   */
  private record Snippet(Path file, int line, String text) {
    String where() {
      return Distribution.home().relativize(file) + ":" + line;
    }
  }

  @TestFactory
  Stream<DynamicTest> javaCompilesAndRuns(Nodes nodes, @TempDir Path directory) throws IOException {
    List<Snippet> all = new ArrayList<>();
    for (String document : DOCUMENTS) {
      all.addAll(fenced(Distribution.home().resolve(document), "```java", "```"));
    }
    Path client = Distribution.home().resolve("client/src/main/java/io/quorate/client");
    for (Path published : List.of(client, client.resolve("admin"), client.resolve("recipe"))) {
      try (Stream<Path> sources = Files.list(published)) {
        for (Path source : sources.filter(Files::isRegularFile).sorted().toList()) {
          all.addAll(fenced(source, "<pre>{@code", "}</pre>"));
        }
      }
    }
    assertThat(all)
        .extracting(each -> each.file().getFileName().toString())
        .contains(
            "README.md", "guide.md", "QuorateClient.java", "Administration.java", "Election.java");
    return all.stream()
        .map(each -> DynamicTest.dynamicTest(each.where(), () -> run(each, nodes, directory)));
  }

  @TestFactory
  Stream<DynamicTest> commandsOfReadmeWork(Nodes nodes) throws IOException {
    return Files.readAllLines(Distribution.home().resolve("README.md")).stream()
        .filter(line -> line.matches(" {4}bin/quorate (put|get|cluster status|doctor)( .*)?"))
        .map(line -> line.strip().replace("bin/quorate", "quorate"))
        .map(
            line ->
                DynamicTest.dynamicTest(
                    line,
                    () -> {
                      CommandLine.Result result = nodes.commandLine().shell(line);
                      assertThat(result.code()).as("%s: %s", line, result).isZero();
                    }));
  }

  private static List<Snippet> fenced(Path file, String begin, String end) throws IOException {
    List<Snippet> found = new ArrayList<>();
    StringBuilder text = null;
    int first = 0;
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      String bare = line.replaceFirst("^ *\\*( |$)", "");
      if (text == null && bare.strip().startsWith(begin)) {
        text = new StringBuilder();
        first = number + 1;
      } else if (text != null && bare.strip().equals(end)) {
        found.add(new Snippet(file, first, text.toString()));
        text = null;
      } else if (text != null) {
        text.append(bare).append('\n');
      }
    }
    assertThat(text).as("%s: a snippet has no end", file).isNull();
    return found;
  }

  private static void run(Snippet snippet, Nodes nodes, Path directory) throws Exception {
    Path classes = Files.createTempDirectory(directory, "snippet");
    compile(snippet, nodes.endpoints(), classes);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
      loader.loadClass("Snippet").getMethod("main", String[].class).invoke(null, (Object) null);
    } catch (InvocationTargetException failed) {
      throw new AssertionError(snippet.where() + " fails", failed.getCause());
    }
  }

  private static void compile(Snippet snippet, String endpoints, Path classes) {
    String source = BEFORE + snippet.text().replace(ENDPOINTS, endpoints) + "}}";
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    boolean compiled =
        compiler
            .getTask(
                new StringWriter(),
                null,
                found,
                List.of(
                    "--release",
                    "17",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-d",
                    classes.toString()),
                null,
                List.of(new Source(source)))
            .call();
    for (Diagnostic<?> each : found.getDiagnostics()) {
      if (each.getKind() == Diagnostic.Kind.ERROR) {
        throw new AssertionError(
            "%s:%d: %s"
                .formatted(
                    Distribution.home().relativize(snippet.file()),
                    snippet.line() + each.getLineNumber() - 1,
                    each.getMessage(null)));
      }
    }
    assertThat(compiled).as(snippet.where()).isTrue();
  }

  /** The text of a class, with the snippet's first line as its first. */
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String text) {
      super(URI.create("string:///Snippet.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
