package io.quorate.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Links in documents, and documents that the code cites, lead to what is there. */
class LinksTest {
  /** A document of this repository, as code, settings, scripts and messages name it. */
  private static final Pattern CITATION =
      Pattern.compile(
          "(?<![\\w/.-])((?:docs/[\\w/-]+|[A-Z]{4,})\\.md)(?:#([\\w-]*[\\w]))?(?![\\w-])");

  private final Map<Path, Markdown> documents = new HashMap<>();
  private final List<String> wrong = new ArrayList<>();

  LinksTest() throws IOException {
    for (Markdown document : Repository.documents()) {
      documents.put(document.file(), document);
    }
  }

  @Test
  void linksLeadToFilesAndSectionsThatAreThere() {
    int seen = 0;
    for (Markdown document : documents.values()) {
      for (String link : document.links()) {
        if (!link.contains("://") && !link.startsWith("mailto:")) {
          seen++;
          follow(document, link);
        }
      }
      for (String note : document.missingNotes()) {
        wrong.add(Repository.name(document.file()) + ": no footnote " + note);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(100);
  }

  @Test
  void everyDocumentIsLinkedFromAnother() {
    Set<Path> linked = new HashSet<>();
    for (Markdown document : documents.values()) {
      for (String link : document.links()) {
        Path target = target(document, link.replaceFirst("#.*", ""));
        if (!target.equals(document.file())) {
          linked.add(target);
        }
      }
    }
    Set<Path> alone = new HashSet<>(documents.keySet());
    alone.removeAll(linked);
    alone.remove(Repository.HOME.resolve("README.md"));
    assertThat(alone).isEmpty();
  }

  @Test
  void documentsThatTheCodeCitesAreThere() throws IOException {
    int seen = 0;
    for (Path file :
        Repository.files(".java", ".proto", ".yml", ".xml", ".txt", ".sh", ".service")) {
      seen += citations(file);
    }
    for (String directory : List.of(".ci", "bin")) {
      try (var files = Files.list(Repository.HOME.resolve(directory))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          seen += citations(file);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(50);
  }

  private int citations(Path file) throws IOException {
    Matcher citation = CITATION.matcher(Files.readString(file));
    int seen = 0;
    while (citation.find()) {
      seen++;
      Markdown cited = documents.get(Repository.HOME.resolve(citation.group(1)));
      String section = citation.group(2);
      if (cited == null || (section != null && !cited.anchors().contains(section))) {
        wrong.add(Repository.name(file) + ": " + citation.group());
      }
    }
    return seen;
  }

  private void follow(Markdown document, String link) {
    int hash = link.indexOf('#');
    Path target = target(document, hash < 0 ? link : link.substring(0, hash));
    Markdown other = documents.get(target);
    boolean there =
        hash < 0
            ? Files.exists(target)
            : other != null && other.anchors().contains(link.substring(hash + 1));
    if (!there) {
      wrong.add(Repository.name(document.file()) + ": " + link);
    }
  }

  private static Path target(Markdown document, String link) {
    return link.isEmpty() ? document.file() : document.file().resolveSibling(link).normalize();
  }
}
