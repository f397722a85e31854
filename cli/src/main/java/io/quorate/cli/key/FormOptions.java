package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.output.TextForm;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How keys and values are written on the command line. */
public final class FormOptions {
  @ArgGroup(exclusive = true)
  private @Nullable Choice choice;

  private static final class Choice {
    @Option(names = "--hex", description = "Keys and values are written in hexadecimal.")
    private boolean hex;

    @Option(names = "--base64", description = "Keys and values are written in base64.")
    private boolean base64;
  }

  TextForm form() {
    if (choice == null) {
      return TextForm.UTF8;
    }
    if (choice.hex) {
      return TextForm.HEX;
    }
    return choice.base64 ? TextForm.BASE64 : TextForm.UTF8;
  }

  /** The bytes of a key or value; a malformed one is a fault of the command line. */
  public byte[] parse(String text, ClusterOptions cluster) {
    try {
      return form().parse(text);
    } catch (IllegalArgumentException malformed) {
      throw cluster.usage(String.valueOf(malformed.getMessage()));
    }
  }
}
