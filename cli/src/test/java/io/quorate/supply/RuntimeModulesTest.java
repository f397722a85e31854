package io.quorate.supply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The Java that an image has is made of some modules of the JDK. A class of another one would be
 * missing only when a node comes to it. So all classes that the jars of the distribution name are
 * looked up here.
 */
@Tag("patient")
class RuntimeModulesTest {
  private static final Path LIBRARIES = Path.of("target/runtime-class-path");
  private static final Path OWN_CLASSES = Path.of("target/classes");

  /**
   * What jars name and do without, each with the module: found out when they were added. Jackson
   * and SnakeYAML look whether JavaBeans are there; Micrometer's binder for Tomcat listens with
   * one.
   */
  private static final Map<String, String> DISPENSABLE =
      Map.of(
          "jackson-databind", "java.desktop",
          "snakeyaml", "java.desktop",
          "micrometer-core", "java.desktop");

  private static List<String> linked() throws IOException {
    return Files.readAllLines(Path.of("../deploy/image/modules")).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }

  @Test
  void anImageHasAllModulesThatItsJarsUse() throws Exception {
    Map<String, String> moduleOf = new HashMap<>();
    for (ModuleReference module : ModuleFinder.ofSystem().findAll()) {
      module
          .descriptor()
          .packages()
          .forEach(each -> moduleOf.put(each.replace('.', '/'), module.descriptor().name()));
    }
    Set<String> own = new TreeSet<>();
    addTypesBelow(OWN_CLASSES, own);
    assertThat(own).contains("java/net/http/HttpClient");
    List<String> missing = new ArrayList<>(missing(own, "quorate-cli", moduleOf));
    List<String> jars =
        Files.readString(LIBRARIES)
            .strip()
            .lines()
            .flatMap(Pattern.compile(":")::splitAsStream)
            .toList();
    assertThat(jars).hasSizeGreaterThan(50);
    for (String jar : jars) {
      Path path = Path.of(jar);
      String name = path.getFileName().toString().replaceAll("-\\d.*", "");
      missing.addAll(missing(typesNamedIn(path), name, moduleOf));
    }
    assertThat(missing)
        .as("deploy/image/modules has not: add it there, or find out that it is dispensable")
        .isEmpty();
  }

  private static List<String> missing(Set<String> types, String jar, Map<String, String> moduleOf)
      throws IOException {
    List<String> linked = linked();
    List<String> missing = new ArrayList<>();
    for (String type : types) {
      String module = moduleOf.get(type.substring(0, Math.max(0, type.lastIndexOf('/'))));
      if (module != null
          && !module.equals("java.base")
          && !linked.contains(module)
          && !module.equals(DISPENSABLE.get(jar))) {
        missing.add(module + " with " + type + " for " + jar);
      }
    }
    return missing;
  }

  @Test
  void modulesAreOfTheJdkAndNamedOnce() throws Exception {
    List<String> linked = linked();
    assertThat(linked).doesNotHaveDuplicates().contains("jdk.jcmd", "jdk.jfr");
    for (String module : linked) {
      assertThat(ModuleFinder.ofSystem().find(module)).as(module).isPresent();
    }
  }

  private static Set<String> typesNamedIn(Path jar) throws IOException {
    Set<String> found = new TreeSet<>();
    try (FileSystem zip = FileSystems.newFileSystem(jar)) {
      addTypesBelow(zip.getPath("/"), found);
    }
    return found;
  }

  private static void addTypesBelow(Path top, Set<String> found) throws IOException {
    List<Path> classes;
    try (Stream<Path> all = Files.walk(top)) {
      classes =
          all.filter(file -> file.toString().endsWith(".class"))
              .filter(file -> !file.endsWith("module-info.class"))
              .toList();
    }
    for (Path each : classes) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(each))) {
        addTypes(new DataInputStream(in), found);
      }
    }
  }

  /** Reads the constants of a class (JVM specification, 4.4). */
  private static void addTypes(DataInputStream in, Set<String> found) throws IOException {
    in.skipNBytes(8);
    int size = in.readUnsignedShort();
    String[] texts = new String[size];
    List<Integer> types = new ArrayList<>();
    for (int i = 1; i < size; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1 -> texts[i] = in.readUTF();
        case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
        case 5, 6 -> {
          in.skipNBytes(8);
          i++; // these take the place of two
        }
        case 7 -> types.add(in.readUnsignedShort());
        case 8, 16, 19, 20 -> in.skipNBytes(2);
        case 15 -> in.skipNBytes(3);
        default -> throw new IOException("no constant has the tag " + tag);
      }
    }
    for (int type : types) {
      found.add(texts[type].replaceAll("^\\[+L?|;$", ""));
    }
  }
}
