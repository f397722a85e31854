package io.quorate.notice;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Licences as SPDX names them, and what each allows us. */
final class Licences {
  /** Ask to be passed on with a text, and nothing else. */
  static final Set<String> PERMISSIVE =
      Set.of("Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0");

  /**
   * Ask that changes of their own files are published. Allowed where a library is shipped as its
   * authors published it; not in the client, which changes its libraries as it gives them other
   * names.
   */
  static final Set<String> BY_FILE = Set.of("EPL-2.0", "MPL-2.0");

  /** Have texts that must be passed on; those of the others are LICENSE, or can be linked. */
  static final Set<String> WITH_COPYRIGHT = Set.of("MIT", "BSD-2-Clause", "BSD-3-Clause");

  private static final List<Name> NAMES =
      List.of(
          name("apache.*2\\.0", "Apache-2.0"),
          name("\\bmit-0\\b", "MIT-0"), // which asks for nothing
          name("\\bmit\\b", "MIT"),
          name("bouncycastle\\.org/licen[cs]e", "MIT"), // its text is that of MIT
          name("bsd-2-clause", "BSD-2-Clause"),
          name("bsd-3-clause", "BSD-3-Clause"),
          name("epl-2\\.0", "EPL-2.0"),
          name("mpl-2\\.0|mozilla.*2\\.0", "MPL-2.0"),
          name("creativecommons\\.org/publicdomain/zero/1\\.0", "CC0-1.0"));

  private Licences() {}

  /** How SPDX calls licences whose name or address contains a pattern. */
  private record Name(Pattern pattern, String spdx) {}

  private static Name name(String pattern, String spdx) {
    return new Name(Pattern.compile(pattern, Pattern.CASE_INSENSITIVE), spdx);
  }

  /** Returns SPDX's names of licences; one that is not known here keeps its own. */
  static Set<String> spdx(List<String> declared) {
    Set<String> names = new TreeSet<>();
    for (String each : declared) {
      names.add(
          NAMES.stream()
              .filter(name -> name.pattern().matcher(each).find())
              .map(Name::spdx)
              .findFirst()
              .orElse(each));
    }
    return names;
  }
}
