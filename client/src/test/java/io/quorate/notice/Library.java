package io.quorate.notice;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A library that is shipped.
 *
 * @param name group and artifact
 * @param licences that its POM declares, as SPDX names them; any of them may be chosen
 * @param notice lines of its own NOTICE, with single blanks: all who ship it have to repeat them
 *     (Apache License, section 4d)
 */
record Library(String name, Set<String> licences, Set<String> notice) {
  private static final Pattern NOTICE = Pattern.compile("(META-INF/)?NOTICE(\\.txt|\\.md)?");

  /**
   * Reads the libraries of a class path, from the jars and from the POMs beside them.
   *
   * @param classPath as Maven writes it
   * @return without modules of Quorate
   */
  static List<Library> on(String classPath) throws IOException {
    List<Library> libraries = new ArrayList<>();
    for (String entry : classPath.strip().split(File.pathSeparator, -1)) {
      Path jar = Path.of(entry);
      if (!isModule(jar)) {
        Pom pom = Pom.read(Pom.beside(jar));
        if (!pom.group().equals("io.quorate")) {
          String name = pom.group() + ":" + pom.artifact();
          libraries.add(new Library(name, Licences.spdx(pom.licences()), notice(jar)));
        }
      }
    }
    return libraries;
  }

  /** Whether it was built beside this module: it has no POM beside it. */
  private static boolean isModule(Path jar) {
    return jar.startsWith(Path.of("..").toAbsolutePath().normalize());
  }

  private static Set<String> notice(Path jar) throws IOException {
    Set<String> lines = new TreeSet<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        if (NOTICE.matcher(entry.getName()).matches()) {
          try (InputStream in = zip.getInputStream(entry)) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .map(Notice::singleBlanks)
                .forEach(lines::add);
          }
        }
      }
    }
    lines.remove("");
    return lines;
  }
}
