package io.quorate.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.Release;
import java.nio.file.Path;
import java.util.List;

/**
 * Installs, upgrades and uninstalls the release {@code db} of the chart in the namespace {@code
 * data}, hooks included, as the commands of Helm do: {@code .ci/kubernetes} runs it.
 */
final class HelmCommand {
  private static final int TIMEOUT_SECONDS = 300;

  private HelmCommand() {}

  /**
   * Ends the process: with 0, or with 1 and what Helm says on the standard error.
   *
   * @param args {@code install}, {@code upgrade} or {@code uninstall}, the configuration of a
   *     cluster, and files with values, of which later ones go before
   */
  public static void main(String[] args) {
    Path cluster = Path.of(args[1]);
    List<Path> values = List.of(args).subList(2, args.length).stream().map(Path::of).toList();
    try {
      System.out.println(
          switch (args[0]) {
            case "install" -> told(install(cluster, values));
            case "upgrade" -> told(upgrade(cluster, values));
            case "uninstall" -> uninstall(cluster);
            default -> throw new IllegalArgumentException("no command " + args[0]);
          });
    } catch (IllegalStateException refused) {
      System.err.println(refused.getMessage());
      System.exit(1);
    }
  }

  /** With the working directory as that of {@code .ci}. */
  private static Helm chart() {
    return new Helm(Path.of("deploy/helm/quorate"));
  }

  private static Release install(Path cluster, List<Path> values) {
    var command =
        chart()
            .install()
            .withName("db")
            .withNamespace("data")
            .withKubeConfig(cluster)
            .withTimeout(TIMEOUT_SECONDS);
    values.forEach(command::withValuesFile);
    return command.call();
  }

  private static Release upgrade(Path cluster, List<Path> values) {
    var command =
        chart()
            .upgrade()
            .withName("db")
            .withNamespace("data")
            .withKubeConfig(cluster)
            .withTimeout(TIMEOUT_SECONDS);
    values.forEach(command::withValuesFile);
    return command.call();
  }

  private static String uninstall(Path cluster) {
    return Helm.uninstall("db").withNamespace("data").withKubeConfig(cluster).call();
  }

  private static String told(Release release) {
    return "revision %s: %s\n%s"
        .formatted(release.getRevision(), release.getStatus(), release.getOutput());
  }
}
