package io.quorate.cli.backup.cut;

/**
 * An unfinished backup on which no run works: the last one was killed.
 *
 * @param place of it
 * @param name of it
 * @param surely whether a cut was made for it; else it may have been
 */
public record LeftBackup(String place, String name, boolean surely) {
  /** What to do about its cut, as a sentence. */
  String advice() {
    return "It %s made for %s, an unfinished backup whose command was killed: run that one again, with --name %s, and it goes on"
        .formatted(surely ? "was" : "may have been", place, name);
  }
}
