package io.quorate.cli.shell;

import io.quorate.cli.command.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Runs the lines of a file or a pipe, without a prompt. */
final class Script {
  private final Session session;
  private final boolean keepsGoing;

  /**
   * @param keepsGoing whether lines after one that failed are run
   */
  Script(Session session, boolean keepsGoing) {
    this.session = session;
    this.keepsGoing = keepsGoing;
  }

  /** Returns the exit code of the first command that failed; 0 if none did. */
  int run(InputStream in) throws IOException {
    int firstFailure = ExitCode.DONE;
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Session.Ran ran = session.run(line);
      if (firstFailure == ExitCode.DONE) {
        firstFailure = ran.exitCode();
      }
      if (ran.ends() || (firstFailure != ExitCode.DONE && !keepsGoing)) {
        break;
      }
    }
    return firstFailure;
  }
}
