package io.quorate.notice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What is wrong with a NOTICE. */
public final class Faults {
  private Faults() {}

  /**
   * Compares the NOTICE of the distribution with its libraries, which are shipped unchanged.
   *
   * @param runtimeClassPath the file into which the build wrote the class path
   * @return in words, each with what to do; empty if nothing is wrong
   * @throws IOException if a file cannot be read
   */
  public static List<String> ofDistribution(Path notice, Path runtimeClassPath) throws IOException {
    Set<String> allowed = new TreeSet<>(Licences.PERMISSIVE);
    allowed.addAll(Licences.BY_FILE);
    return of(Notice.read(notice), Library.on(Files.readString(runtimeClassPath)), allowed);
  }

  /**
   * Compares the NOTICE of the client with its libraries, which are changed.
   *
   * @param inside whether a library is in the jar; others are left to the application
   */
  static List<String> ofClient(Path notice, Path runtimeClassPath, Predicate<String> inside)
      throws IOException {
    List<Library> libraries =
        Library.on(Files.readString(runtimeClassPath)).stream()
            .filter(library -> inside.test(library.name()))
            .toList();
    return of(Notice.read(notice), libraries, Licences.PERMISSIVE);
  }

  static List<String> of(Notice notice, List<Library> shipped, Set<String> allowed) {
    List<String> faults = new ArrayList<>();
    Set<String> surplus = new TreeSet<>(notice.licences().keySet());
    for (Library library : shipped) {
      surplus.remove(library.name());
      String licence = notice.licences().get(library.name());
      if (licence == null) {
        faults.add(
            library.name() + " is shipped and not named: add it, under " + library.licences());
      } else {
        look(notice, library, licence, allowed, faults);
      }
    }
    for (String name : surplus) {
      faults.add(name + " is named and not shipped: take it out");
    }
    return faults;
  }

  private static void look(
      Notice notice, Library library, String licence, Set<String> allowed, List<String> faults) {
    String name = library.name();
    if (!library.licences().contains(licence)) {
      faults.add(
          name
              + " is named under "
              + licence
              + ", its POM says "
              + library.licences()
              + ": correct it");
    }
    if (!allowed.contains(licence)) {
      faults.add(name + " is under " + licence + ": do without it, allowed are " + allowed);
    }
    if (Licences.WITH_COPYRIGHT.contains(licence)) {
      if (notice.remarks().getOrDefault(name, List.of()).stream()
          .noneMatch(line -> line.contains("Copyright"))) {
        faults.add(name + " wants its copyright said: put it below, indented");
      }
      if (!notice.texts().contains(licence)) {
        faults.add(
            name
                + " wants the text of its licence: add it, below a line 'Licence "
                + licence
                + "'");
      }
    }
    for (String line : library.notice()) {
      if (!notice.lines().contains(line)) {
        faults.add(name + " has in its own NOTICE, and it is not repeated: " + line);
      }
    }
  }
}
