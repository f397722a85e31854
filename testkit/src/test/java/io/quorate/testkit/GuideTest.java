package io.quorate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The classes of tests that the guide shows compile as they stand, run, and pass. */
class GuideTest {
  private static final Path GUIDE = Path.of("..", "docs", "client", "testing.md");
  private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CLASS = Pattern.compile("class (\\w+)");

  /** What an editor imports. */
  private static final String IMPORTS =
      "import io.quorate.client.*; import io.quorate.client.admin.*; import io.quorate.testkit.*;"
          + " import java.time.*; import org.junit.jupiter.api.*;"
          + " import org.junit.jupiter.api.extension.*;"
          + " import static org.junit.jupiter.api.Assertions.*; ";

  @TestFactory
  Stream<DynamicTest> testsOfTheGuidePass(@TempDir Path directory) throws IOException {
    List<String> snippets =
        SNIPPET.matcher(Files.readString(GUIDE)).results().map(each -> each.group(1)).toList();
    assertThat(snippets).hasSize(2);
    return snippets.stream()
        .map(each -> DynamicTest.dynamicTest(nameOf(each), () -> run(each, directory)));
  }

  private static void run(String snippet, Path directory) throws Exception {
    Path classes = Files.createTempDirectory(directory, "snippet");
    compile(snippet, classes);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
      TestRun run = TestRun.of(loader.loadClass(nameOf(snippet)));
      assertThat(run.failures()).isEmpty();
      assertThat(run.passed()).hasSize(snippet.split("@Test\n", -1).length - 1);
    }
  }

  private static String nameOf(String snippet) {
    Matcher name = CLASS.matcher(snippet);
    assertThat(name.find()).as(snippet).isTrue();
    return name.group(1);
  }

  private static void compile(String snippet, Path classes) {
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    boolean compiled =
        ToolProvider.getSystemJavaCompiler()
            .getTask(
                new StringWriter(),
                null,
                found,
                List.of(
                    "-proc:none",
                    "--release",
                    "21",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-d",
                    classes.toString()),
                null,
                List.of(new Source(nameOf(snippet), IMPORTS + snippet)))
            .call();
    assertThat(compiled).as(() -> GUIDE + ": " + found.getDiagnostics()).isTrue();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String type, String text) {
      super(URI.create("string:///" + type + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
