package io.quorate.notice;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * What a POM in a local repository says of an artifact, or its parents where it says nothing.
 *
 * @param licences names and addresses of licences
 */
record Pom(String group, String artifact, List<String> licences) {
  /** Names the POM of a jar in a local repository. */
  static Path beside(Path jar) {
    return jar.resolveSibling(jar.getFileName().toString().replaceFirst("\\.jar$", ".pom"));
  }

  static Pom read(Path file) throws IOException {
    Element project = parse(file);
    Element parent = child(project, "parent");
    String group = text(project, "groupId");
    if (group == null && parent != null) {
      group = text(parent, "groupId");
    }
    String artifact = text(project, "artifactId");
    if (group == null || artifact == null) {
      throw new IOException(file + " names no group or no artifact");
    }
    List<String> licences = licences(project);
    if (licences.isEmpty() && parent != null) {
      licences = read(parent(root(file, group), parent)).licences();
    }
    return new Pom(group, artifact, licences);
  }

  /** Returns the local repository: REPOSITORY/GROUP.../ARTIFACT/VERSION/FILE. */
  private static Path root(Path file, String group) {
    Path root = file.toAbsolutePath();
    for (int up = 0; up < 3 + group.split("\\.", -1).length; up++) {
      root = Objects.requireNonNull(root.getParent(), () -> file + " is in no local repository");
    }
    return root;
  }

  private static Path parent(Path root, Element parent) throws IOException {
    String group = text(parent, "groupId");
    String artifact = text(parent, "artifactId");
    String version = text(parent, "version");
    if (group == null || artifact == null || version == null) {
      throw new IOException("a parent without group, artifact or version: " + parent);
    }
    return root.resolve(group.replace('.', '/'))
        .resolve(artifact)
        .resolve(version)
        .resolve(artifact + "-" + version + ".pom");
  }

  private static List<String> licences(Element project) {
    List<String> found = new ArrayList<>();
    Element licences = child(project, "licenses");
    if (licences != null) {
      for (Node each = licences.getFirstChild(); each != null; each = each.getNextSibling()) {
        if (each instanceof Element licence) {
          found.add(text(licence, "name") + " " + text(licence, "url"));
        }
      }
    }
    return found;
  }

  private static @Nullable String text(Element element, String name) {
    Element child = child(element, name);
    return child == null ? null : child.getTextContent().strip();
  }

  private static @Nullable Element child(Element element, String name) {
    for (Node each = element.getFirstChild(); each != null; each = each.getNextSibling()) {
      if (each instanceof Element child && child.getTagName().equals(name)) {
        return child;
      }
    }
    return null;
  }

  private static Element parse(Path file) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      return factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement();
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(file + " is no XML: " + e.getMessage(), e);
    }
  }
}
