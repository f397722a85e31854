package io.quorate.packages;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.eclipse.packager.rpm.RpmTag;
import org.eclipse.packager.rpm.parse.RpmInputStream;

/** Packages of a small distribution, and what is in them. */
final class Made {
  static final Release RELEASE =
      new Release(
          "1.2.3",
          Platform.AMD64,
          Instant.parse("2026-02-03T04:05:06Z"),
          "They <they@store.example>");

  private Made() {}

  /** A distribution with one file of each kind, and the unit that is shipped. */
  static Path distribution(Path directory) throws IOException {
    write(directory, "CHANGELOG.md", "# Changelog\n");
    for (String page :
        List.of("README.md", "GUARANTEES.md", "SECURITY.md", "docs/operations/backup.md")) {
      write(directory, page, "# A page\n");
    }
    return distributionWithoutDocuments(directory);
  }

  static Path distributionWithoutDocuments(Path directory) throws IOException {
    write(directory, "bin/quorate", "#!/bin/sh\n");
    write(directory, "lib/a.jar", "a jar");
    write(directory, "lib/native/librocksdbjni-linux64.so", "a library");
    write(directory, "config/quorate.yml", "node:\n  data_dir: data\n");
    for (String unit : List.of("config/quorate.service", "config/quorate-warm.service")) {
      write(directory, unit, Files.readString(Path.of("..").resolve(unit)));
    }
    write(directory, "share/man/man1/quorate.1", ".TH QUORATE 1\n");
    String zsh = "share/zsh/site-functions/_quorate";
    write(directory, zsh, Files.readString(Path.of("src/main").resolve(zsh)));
    write(directory, "LICENSE", "licence");
    write(directory, "NOTICE", "notice");
    return directory;
  }

  private static void write(Path directory, String file, String text) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  /** Of the files, directories and links of a Debian package: mode, owner and target of a link. */
  static Map<String, String> debianFiles(Path made) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (TarArchiveInputStream tar = tar(made, "data.tar.gz")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        found.put(
            entry.getName().replaceAll("^\\.|/$", ""),
            told(
                entry.getMode() & 07777,
                entry.getUserName(),
                entry.getGroupName(),
                entry.getLinkName()));
      }
    }
    return found;
  }

  static String debianControl(Path made, String name) throws IOException {
    try (TarArchiveInputStream tar = tar(made, "control.tar.gz")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.getName().equals("./" + name)) {
          return new String(tar.readAllBytes(), StandardCharsets.UTF_8);
        }
      }
    }
    throw new IOException(made + " has no " + name);
  }

  private static TarArchiveInputStream tar(Path made, String name) throws IOException {
    try (ArArchiveInputStream ar = new ArArchiveInputStream(Files.newInputStream(made))) {
      for (ArArchiveEntry entry = ar.getNextEntry(); entry != null; entry = ar.getNextEntry()) {
        if (entry.getName().equals(name)) {
          return new TarArchiveInputStream(
              new GZIPInputStream(new ByteArrayInputStream(ar.readAllBytes())));
        }
      }
    }
    throw new IOException(made + " has no " + name);
  }

  static Map<String, String> rpmFiles(Path made) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (RpmInputStream rpm = new RpmInputStream(Files.newInputStream(made))) {
      List<String> users = strings(rpm, RpmTag.FILE_USERNAME);
      List<String> groups = strings(rpm, RpmTag.FILE_GROUPNAME);
      CpioArchiveInputStream cpio = rpm.getCpioStream(); // there once the headers are read
      for (CpioArchiveEntry entry = cpio.getNextEntry();
          entry != null;
          entry = cpio.getNextEntry()) {
        String target =
            entry.isSymbolicLink() ? new String(cpio.readAllBytes(), StandardCharsets.UTF_8) : "";
        found.put(
            entry.getName().replaceAll("^\\.|/$", ""),
            told((int) entry.getMode() & 07777, same(users), same(groups), target));
      }
    }
    return found;
  }

  /** Returns each time that a Debian package names, in seconds since 1970. */
  static Set<Long> debianTimes(Path made) throws IOException {
    Set<Long> times = new TreeSet<>();
    try (ArArchiveInputStream ar = new ArArchiveInputStream(Files.newInputStream(made))) {
      for (ArArchiveEntry entry = ar.getNextEntry(); entry != null; entry = ar.getNextEntry()) {
        times.add(entry.getLastModified());
        if (entry.getName().endsWith(".tar.gz")) {
          addTimes(ar.readAllBytes(), times);
        }
      }
    }
    return times;
  }

  private static void addTimes(byte[] packed, Set<Long> times) throws IOException {
    try (GzipCompressorInputStream gzip =
        new GzipCompressorInputStream(new ByteArrayInputStream(packed))) {
      addTime(gzip, times);
      TarArchiveInputStream tar = new TarArchiveInputStream(gzip);
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        times.add(entry.getLastModifiedTime().to(TimeUnit.SECONDS));
        if (entry.getName().endsWith(".gz")) {
          byte[] file = tar.readAllBytes();
          addTime(new GzipCompressorInputStream(new ByteArrayInputStream(file)), times);
        }
      }
    }
  }

  /** What is compressed may name a time of its own. */
  private static void addTime(GzipCompressorInputStream gzip, Set<Long> times) {
    long millis = gzip.getMetaData().getModificationTime();
    if (millis != 0) {
      times.add(TimeUnit.MILLISECONDS.toSeconds(millis));
    }
  }

  /** Returns each time that an RPM package names, in seconds since 1970. */
  static Set<Long> rpmTimes(Path made) throws IOException {
    Set<Long> times = new TreeSet<>();
    try (RpmInputStream rpm = new RpmInputStream(Files.newInputStream(made))) {
      for (RpmTag tag : List.of(RpmTag.BUILDTIME, RpmTag.FILE_MTIMES)) {
        for (Integer each : numbers(rpm.getPayloadHeader().getTag(tag))) {
          times.add(each.longValue());
        }
      }
      CpioArchiveInputStream cpio = rpm.getCpioStream();
      for (CpioArchiveEntry entry = cpio.getNextEntry();
          entry != null;
          entry = cpio.getNextEntry()) {
        times.add(entry.getTime());
      }
    }
    return times;
  }

  private static List<Integer> numbers(Object tag) {
    return tag instanceof Integer[] many ? List.of(many) : List.of((Integer) tag);
  }

  static List<String> strings(RpmInputStream rpm, RpmTag tag) throws IOException {
    return List.of((String[]) rpm.getPayloadHeader().getTag(tag));
  }

  private static String same(List<String> owners) throws IOException {
    if (owners.stream().distinct().count() != 1) {
      throw new IOException("several owners: " + owners);
    }
    return owners.get(0);
  }

  private static String told(int mode, String user, String group, String link) {
    return "%o %s:%s %s".formatted(mode, user, group, link).strip();
  }
}
