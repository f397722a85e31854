package io.quorate.packages;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vafer.jdeb.Console;
import org.vafer.jdeb.DataConsumer;
import org.vafer.jdeb.DataProducer;
import org.vafer.jdeb.DebMaker;
import org.vafer.jdeb.PackagingException;
import org.vafer.jdeb.shaded.commons.compress.archivers.tar.TarArchiveEntry;
import org.vafer.jdeb.shaded.commons.compress.archivers.tar.TarConstants;

/** A package for Debian, Ubuntu and what is made of them. */
final class DebianPackage {
  private static final List<String> SCRIPTS = List.of("postinst", "prerm", "postrm");

  /** Where packages are RPMs, no upgrade restarts services of other packages by itself. */
  private static final String NEEDRESTART = "/etc/needrestart/conf.d/quorate.conf";

  private DebianPackage() {}

  /** Writes it into the directory, and returns where it is. */
  static Path write(List<Item> common, Release release, Path directory)
      throws IOException, PackagingException {
    List<Item> items = new ArrayList<>(common);
    items.add(
        new Item.Plain(
            NEEDRESTART,
            Resources.text("deb/needrestart.conf").getBytes(StandardCharsets.UTF_8),
            0644,
            true));
    Path control = Files.createTempDirectory("quorate-deb");
    Path made = directory.resolve(release.debianFile());
    List<Path> written = new ArrayList<>();
    try {
      written.add(
          Files.writeString(
              control.resolve("control"),
              Resources.text("deb/control")
                  .replace("@VERSION@", release.debianVersion())
                  .replace("@ARCHITECTURE@", release.platform().debian())
                  .replace("@MAINTAINER@", release.maintainer())
                  .replace("@SUMMARY@", Release.SUMMARY)
                  .replace("@DESCRIPTION@", Release.DESCRIPTION.replace("\n", "\n "))));
      for (String script : SCRIPTS) {
        written.add(Files.writeString(control.resolve(script), Resources.script("deb/" + script)));
      }
      List<Item> kept =
          items.stream().filter(item -> item instanceof Item.Plain file && file.keep()).toList();
      DebMaker maker = new DebMaker(new Warnings(), List.of(into(items)), List.of(into(kept)));
      maker.setControl(control.toFile());
      maker.setEncoding(StandardCharsets.UTF_8);
      maker.setDeb(made.toFile());
      maker.setTarLongFileMode("gnu");
      maker.setTarBigNumberMode("gnu");
      maker.setOutputTimestampMs(release.time().toEpochMilli());
      maker.validate();
      maker.makeDeb();
      return made;
    } finally {
      for (Path each : written) {
        Files.delete(each);
      }
      Files.delete(control);
    }
  }

  private static DataProducer into(List<Item> items) {
    return receiver -> {
      for (Item item : items) {
        add(item, receiver);
      }
    };
  }

  private static void add(Item item, DataConsumer receiver) throws IOException {
    String path = item.path().substring(1);
    switch (item) {
      case Item.Directory directory ->
          receiver.onEachDir(ofRoot(new TarArchiveEntry(path + "/"), 0755));
      case Item.Link link -> {
        TarArchiveEntry entry = ofRoot(new TarArchiveEntry(path, TarConstants.LF_SYMLINK), 0777);
        entry.setLinkName(link.target());
        receiver.onEachLink(entry);
      }
      case Item.Plain file -> {
        TarArchiveEntry entry = ofRoot(new TarArchiveEntry(path), file.mode());
        entry.setSize(file.content().length);
        receiver.onEachFile(new ByteArrayInputStream(file.content()), entry);
      }
    }
  }

  private static TarArchiveEntry ofRoot(TarArchiveEntry entry, int mode) {
    entry.setIds(0, 0);
    entry.setNames("root", "root");
    entry.setMode((entry.getMode() & ~07777) | mode);
    return entry;
  }

  /** Only what went wrong is of interest. */
  private static final class Warnings implements Console {
    @Override
    public void debug(String message) {}

    @Override
    public void info(String message) {}

    @Override
    public void warn(String message) {
      System.err.println("packages: " + message);
    }
  }
}
