package io.quorate.packages;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The compose file of the sources, as a distribution has it: with the image of the release, which
 * is loaded and not built, as there are no sources beside it.
 */
final class ComposeFile {
  /** What is indented below a line {@code build:} belongs to it. */
  private static final Pattern BUILD =
      Pattern.compile("(?m)^(?<indent> +)build:\\n(?:\\k<indent> +.*\\n)+");

  /** Lines of the first comment that tell how the image is built. */
  private static final Pattern HOW =
      Pattern.compile(
          "(?m)^(#   docker compose up --wait) .*\\n#   docker compose up --build --wait .*\\n");

  private static final Pattern WHY =
      Pattern.compile("(?m)^  # No public registry has it\\..*\\n(?:  # .*\\n)*");

  private static final Pattern PULL = Pattern.compile("(?m)^(#   QUORATE_PULL=never ).*$");

  private ComposeFile() {}

  /**
   * Returns the text for a distribution.
   *
   * @throws IOException if the file of the sources is not as it was when this was written
   */
  static String ofRelease(String ofSources) throws IOException {
    String text = replaced(BUILD, ofSources, "");
    text =
        replaced(HOW, text, "$1      once the image is loaded: docs/operations/install.md#image\n");
    text = replaced(PULL, text, "$1     from no registry: it is loaded by `docker load`");
    return replaced(WHY, text, "  # No public registry has it: it is loaded by `docker load`.\n");
  }

  private static String replaced(Pattern pattern, String text, String by) throws IOException {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IOException("docker-compose.yml has nothing like " + pattern);
    }
    return matcher.replaceAll(by);
  }
}
