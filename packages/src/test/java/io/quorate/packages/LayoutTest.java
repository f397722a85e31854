package io.quorate.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.packager.rpm.RpmTag;
import org.eclipse.packager.rpm.parse.RpmInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What packages put on a machine, read from the packages themselves. */
class LayoutTest {
  private static final String DIRECTORY = "755 root:root";
  private static final String PROGRAM = "755 root:root";
  private static final String FILE = "644 root:root";

  @TempDir private Path directory;
  private Path distribution;
  private List<Item> items;

  @BeforeEach
  void makeADistribution() throws Exception {
    distribution = Made.distribution(directory.resolve("distribution"));
    items = Layout.of(distribution, Made.RELEASE);
  }

  private Path debian() throws Exception {
    return DebianPackage.write(items, Made.RELEASE, directory);
  }

  private Path rpm() throws Exception {
    return RpmPackage.write(items, Made.RELEASE, directory);
  }

  private static Map<String, String> own() {
    Map<String, String> own = new TreeMap<>();
    own.put("/etc/quorate", DIRECTORY);
    own.put("/etc/quorate/quorate.yml", FILE);
    own.put("/usr/bin/quorate", "777 root:root ../share/quorate/bin/quorate");
    own.put("/usr/lib/quorate", DIRECTORY);
    own.put("/usr/lib/quorate/librocksdbjni-linux64.so", FILE);
    own.put("/usr/lib/systemd/system/quorate-warm.service", FILE);
    own.put("/usr/lib/systemd/system/quorate.service", FILE);
    own.put("/usr/share/doc/quorate", DIRECTORY);
    own.put("/usr/share/doc/quorate/GUARANTEES.md", FILE);
    own.put("/usr/share/doc/quorate/NOTICE.gz", FILE);
    own.put("/usr/share/doc/quorate/README.md", FILE);
    own.put("/usr/share/doc/quorate/SECURITY.md", FILE);
    own.put("/usr/share/doc/quorate/changelog.Debian.gz", FILE);
    own.put("/usr/share/doc/quorate/changelog.gz", FILE);
    own.put("/usr/share/doc/quorate/config", "777 root:root ../../quorate/config");
    own.put("/usr/share/doc/quorate/copyright", FILE);
    own.put("/usr/share/doc/quorate/docs", DIRECTORY);
    own.put("/usr/share/doc/quorate/docs/operations", DIRECTORY);
    own.put("/usr/share/doc/quorate/docs/operations/backup.md", FILE);
    own.put("/usr/share/man/man1/quorate.1.gz", FILE);
    own.put("/usr/share/quorate", DIRECTORY);
    own.put("/usr/share/quorate/bin", DIRECTORY);
    own.put("/usr/share/quorate/bin/quorate", PROGRAM);
    own.put("/usr/share/quorate/config", DIRECTORY);
    own.put("/usr/share/quorate/config/quorate.yml", FILE);
    own.put("/usr/share/quorate/lib", DIRECTORY);
    own.put("/usr/share/quorate/lib/a.jar", FILE);
    own.put("/usr/share/quorate/lib/native", "777 root:root ../../../lib/quorate");
    own.put("/usr/share/zsh/site-functions/_quorate", FILE);
    own.put(
        "/usr/share/zsh/vendor-completions/_quorate", "777 root:root ../site-functions/_quorate");
    return own;
  }

  /** Above all: nothing in /var/lib/quorate, which would be deleted with the package. */
  @Test
  void bothPackagesHaveTheseFilesAndNoOthers() throws Exception {
    assertThat(Made.rpmFiles(rpm())).isEqualTo(own());
    Map<String, String> debian = Made.debianFiles(debian());
    List<String> above =
        List.of(
            "/etc",
            "/etc/needrestart",
            "/etc/needrestart/conf.d",
            "/usr",
            "/usr/bin",
            "/usr/lib",
            "/usr/lib/systemd",
            "/usr/lib/systemd/system",
            "/usr/share",
            "/usr/share/doc",
            "/usr/share/man",
            "/usr/share/man/man1",
            "/usr/share/zsh",
            "/usr/share/zsh/site-functions",
            "/usr/share/zsh/vendor-completions");
    for (String each : above) {
      assertThat(debian.remove(each)).as(each).isEqualTo(DIRECTORY);
    }
    assertThat(debian.remove("/etc/needrestart/conf.d/quorate.conf")).isEqualTo(FILE);
    assertThat(debian).isEqualTo(own());
  }

  /** Ubuntu restarts services after an upgrade of what they have loaded, by needrestart. */
  @Test
  void needrestartLeavesTheNodeAlone() throws Exception {
    assertThat(Resources.text("deb/needrestart.conf").lines())
        .filteredOn(line -> !line.startsWith("#"))
        .containsExactly("$nrconf{override_rc}{qr(^quorate\\.service$)} = 0;");
  }

  @Test
  void anUpgradeKeepsWhatTheOperatorWroteIntoTheConfiguration() throws Exception {
    assertThat(Made.debianControl(debian(), "conffiles"))
        .isEqualTo("/etc/quorate/quorate.yml\n/etc/needrestart/conf.d/quorate.conf\n");
    try (RpmInputStream rpm = new RpmInputStream(Files.newInputStream(rpm()))) {
      List<String> names = Made.strings(rpm, RpmTag.BASENAMES);
      Integer[] flags = (Integer[]) rpm.getPayloadHeader().getTag(RpmTag.FILE_FLAGS);
      Integer[] directories = (Integer[]) rpm.getPayloadHeader().getTag(RpmTag.DIR_INDEXES);
      List<String> within = Made.strings(rpm, RpmTag.DIRNAMES);
      List<String> kept = new ArrayList<>();
      for (int i = 0; i < flags.length; i++) {
        if (flags[i] != 0) {
          kept.add(within.get(directories[i]) + names.get(i) + " " + flags[i]);
        }
      }
      assertThat(kept).containsExactly("/etc/quorate/quorate.yml 17"); // %config(noreplace)
    }
  }

  @Test
  void packagesNameTheirPlatform() throws Exception {
    Release arm =
        new Release(
            "1.2.3-SNAPSHOT", Platform.ARM64, Made.RELEASE.time(), "Them <t@store.example>");
    Path debian = DebianPackage.write(items, arm, directory);
    assertThat(debian.getFileName()).hasToString("quorate_1.2.3~SNAPSHOT-1_arm64.deb");
    assertThat(Made.debianControl(debian, "control"))
        .contains(
            "Architecture: arm64\n",
            "Version: 1.2.3~SNAPSHOT-1\n",
            "Maintainer: Them <t@store.example>\n");
    Path rpm = RpmPackage.write(items, arm, directory);
    assertThat(rpm.getFileName()).hasToString("quorate-1.2.3~SNAPSHOT-1.aarch64.rpm");
    try (RpmInputStream in = new RpmInputStream(Files.newInputStream(rpm))) {
      assertThat(in.getPayloadHeader().getTag(RpmTag.ARCH)).isEqualTo("aarch64");
      assertThat(in.getPayloadHeader().getTag(RpmTag.VERSION)).isEqualTo("1.2.3~SNAPSHOT");
      assertThat(in.getPayloadHeader().getTag(RpmTag.PACKAGER)).isEqualTo("Them <t@store.example>");
    }
  }

  @Test
  void theUnitStartsTheInstalledCommandAndIsElseThatOfTheDistribution() throws Exception {
    String unit = Files.readString(Path.of("../config/quorate.service"));
    assertThat(Layout.unit(unit))
        .startsWith("[Unit]\n")
        .contains("ExecStart=/usr/bin/quorate server --config /etc/quorate/quorate.yml\n")
        .doesNotContain("/opt/")
        .isEqualTo(
            unit.substring(unit.indexOf("[Unit]"))
                .replace("/opt/quorate/bin/quorate", "/usr/bin/quorate"));
  }

  /**
   * The node takes up what the other has kept, as both are the same user and name one cache; and it
   * may write there, as it keeps its own classes where the other learns nothing.
   */
  @Test
  void theNodeTakesUpWhatIsLearnedBesideIt() throws Exception {
    String node = Layout.unit(Files.readString(Path.of("../config/quorate.service")));
    String warm = Layout.unit(Files.readString(Path.of("../config/quorate-warm.service")));
    assertThat(warm)
        .contains("\nExecStart=-/usr/bin/quorate warm --if-needed\n", "\nCacheDirectory=quorate\n")
        .contains("\nCPUSchedulingPolicy=idle\n", "\nAfter=quorate.service\n", "\nType=oneshot\n")
        .doesNotContain("/opt/");
    assertThat(node).containsPattern("\nWants=.*quorate-warm\\.service\n");
    // It would wait for the other.
    assertThat(node).doesNotContainPattern("(After|Requires|BindsTo)=.*quorate-warm");
    for (String line :
        List.of(
            "User=quorate",
            "Group=quorate",
            "Environment=XDG_CACHE_HOME=/var/cache",
            "CacheDirectory=quorate",
            "CacheDirectoryMode=0700",
            "EnvironmentFile=-/etc/quorate/quorate.env")) {
      assertThat(List.of(node, warm)).allMatch(unit -> unit.contains("\n" + line + "\n"));
    }
  }

  /**
   * As RPM erases the files of the earlier release last: what is learned is of all jars there are.
   */
  @Test
  void anRpmHasItLearnedOnceTheEarlierReleaseIsGone() throws Exception {
    try (RpmInputStream in = new RpmInputStream(Files.newInputStream(rpm()))) {
      assertThat((String) in.getPayloadHeader().getTag(RpmTag.POSTINSTALL_SCRIPT))
          .contains("useradd")
          .doesNotContain("quorate-warm");
      assertThat((String) in.getPayloadHeader().getTag(RpmTag.POSTTRANSACTION_SCRIPT))
          .contains("start quorate-warm.service");
    }
  }

  /** What keeps the node from the rest of the machine keeps the other from it as well. */
  @Test
  void bothUnitsAreHardened() throws Exception {
    String node = Files.readString(Path.of("../config/quorate.service"));
    String warm = Files.readString(Path.of("../config/quorate-warm.service"));
    List<String> hardening =
        node.lines()
            .filter(line -> line.matches("(Lock|NoNew|Private|Protect|Re|SystemCall|UMask).*=.*"))
            .filter(line -> !line.startsWith("Restart"))
            .filter(line -> !line.equals("PrivateTmp=yes")) // the other has a /tmp in memory
            .toList();
    assertThat(hardening).contains("SystemCallFilter=@system-service", "ProtectHome=yes");
    assertThat(warm.lines().toList()).containsAll(hardening).contains("CapabilityBoundingSet=");
  }

  /** No time of the build or of a file is in a package. */
  @Test
  void packagesNameNoTimeButThatOfTheRelease() throws Exception {
    long time = Made.RELEASE.time().getEpochSecond();
    assertThat(Made.debianTimes(debian())).containsOnly(time);
    assertThat(Made.rpmTimes(rpm())).containsOnly(time);
  }

  /** The second is made of copies that are of another time, in another directory. */
  @Test
  void equalFilesGiveEqualPackages() throws Exception {
    byte[] debian = Files.readAllBytes(debian());
    byte[] rpm = Files.readAllBytes(rpm());
    Path again = Made.distribution(directory.resolve("again"));
    try (Stream<Path> files = Files.walk(again)) {
      for (Path each : files.toList()) {
        Path unused = Files.setLastModifiedTime(each, FileTime.from(Instant.EPOCH));
      }
    }
    items = Layout.of(again, Made.RELEASE);
    assertThat(Files.readAllBytes(debian())).isEqualTo(debian);
    assertThat(Files.readAllBytes(rpm())).isEqualTo(rpm);
  }
}
