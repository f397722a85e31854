package io.quorate.packages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.packager.rpm.FileFlags;
import org.eclipse.packager.rpm.RpmTag;
import org.eclipse.packager.rpm.RpmVersion;
import org.eclipse.packager.rpm.build.BuilderContext;
import org.eclipse.packager.rpm.build.BuilderOptions;
import org.eclipse.packager.rpm.build.DigestAlgorithm;
import org.eclipse.packager.rpm.build.FileInformation;
import org.eclipse.packager.rpm.build.FileInformationProvider;
import org.eclipse.packager.rpm.build.PayloadProcessors;
import org.eclipse.packager.rpm.build.RpmBuilder;
import org.eclipse.packager.rpm.deps.RpmDependencyFlags;

/** A package for Fedora, Red Hat Enterprise Linux and what is made of them. */
final class RpmPackage {
  /**
   * Only the Java that a system has by default provides {@code java-headless}, which 21 is not in
   * Red Hat Enterprise Linux 8 and 9. Beside that, packages of a JDK and of a JRE provide different
   * names.
   */
  private static final String JAVA =
      "(java-headless >= 1:21 or java-21-headless or jre-21-headless or java-25-headless or"
          + " jre-25-headless)";

  private RpmPackage() {}

  /** Writes it into the directory, and returns where it is. */
  static Path write(List<Item> items, Release release, Path directory) throws IOException {
    Path made = directory.resolve(release.rpmFile());
    Files.deleteIfExists(made);
    try (RpmBuilder builder =
        new RpmBuilder(
            Release.NAME,
            new RpmVersion(release.upstream(), "1"),
            release.platform().rpm(),
            made,
            options())) {
      RpmBuilder.PackageInformation information = builder.getInformation();
      information.setSummary(Release.SUMMARY);
      information.setDescription(Release.DESCRIPTION);
      information.setLicense("Apache-2.0");
      information.setPackager(release.maintainer());
      information.setSourcePackage(Release.NAME + "-" + release.upstream() + "-1.src.rpm");
      builder.setLeadOverrideArchitecture(release.platform().lead());
      // The builder puts the time of day there.
      builder.setHeaderCustomizer(
          header -> header.putInt(RpmTag.BUILDTIME, (int) release.time().getEpochSecond()));
      require(builder);
      builder.setPostInstallationScript(Resources.script("rpm/post"));
      builder.setPostTransactionScript(Resources.script("rpm/posttrans"));
      builder.setPreRemoveScript(Resources.script("rpm/preun"));
      builder.setPostRemoveScript(Resources.script("rpm/postun"));
      BuilderContext context = builder.newContext();
      for (Item item : items) {
        add(item, context, release);
      }
      builder.build();
      return made;
    }
  }

  /** With SHA-256 for files and payload, as systems that have to do without MD5 (FIPS) ask for. */
  private static BuilderOptions options() throws IOException {
    BuilderOptions options = new BuilderOptions();
    options.setOpenOptions(
        new OpenOption[] {StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE});
    options.setFileDigestAlgorithm(DigestAlgorithm.SHA256);
    try {
      options.addPayloadProcessor(PayloadProcessors.payloadDigest(DigestAlgorithm.SHA256));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IOException(impossible);
    }
    return options;
  }

  private static void require(RpmBuilder builder) {
    builder.addRequirement(JAVA, null);
    builder.addRequirement(
        "rpmlib(RichDependencies)",
        "4.12.0-1",
        RpmDependencyFlags.RPMLIB,
        RpmDependencyFlags.LESS,
        RpmDependencyFlags.EQUAL);
    builder.addRequirement("/usr/bin/bash", null);
    builder.addRequirement("/usr/sbin/useradd", null, RpmDependencyFlags.SCRIPT_POST);
    // What the native libraries of RocksDB are linked with.
    builder.addRequirement("libc.so.6(GLIBC_2.17)(64bit)", null);
    builder.addRequirement("libstdc++.so.6()(64bit)", null);
  }

  private static void add(Item item, BuilderContext context, Release release) throws IOException {
    switch (item) {
      case Item.Directory directory ->
          context.addDirectory(item.path(), told(0755, false, release));
      case Item.Link link ->
          context.addSymbolicLink(item.path(), link.target(), told(0777, false, release));
      case Item.Plain file ->
          context.addFile(item.path(), file.content(), told(file.mode(), file.keep(), release));
    }
  }

  private static FileInformationProvider<Object> told(int mode, boolean keep, Release release) {
    return (path, object, type) -> {
      FileInformation information = new FileInformation();
      information.setUser("root");
      information.setGroup("root");
      information.setMode((short) mode);
      information.setTimestamp(release.time());
      if (keep) {
        information.setFileFlags(EnumSet.of(FileFlags.CONFIGURATION, FileFlags.NOREPLACE));
      }
      return information;
    };
  }
}
