package io.quorate.cli.process;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.spi.MDCAdapter;

/**
 * Adds the id and the name of the node to each line of its process, whichever thread logs it. The
 * lane of a node says so by itself; threads of libraries, of the disk and of long tasks do not.
 */
public final class NodeFields extends TurboFilter {
  /** The fields of a line, which a node's lane sets, too; and properties of the context. */
  static final String NODE = "node";

  static final String NAME = "name";

  /**
   * Lets all lines of this process be those of one node.
   *
   * @param id empty while it is not known
   * @param name empty if the node has none
   */
  public static void set(String id, String name) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      set(context, id, name);
    }
  }

  static void set(LoggerContext context, String id, String name) {
    context.putProperty(NODE, id);
    context.putProperty(NAME, name);
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] parameters,
      @Nullable Throwable thrown) {
    if (format != null && level.isGreaterOrEqual(logger.getEffectiveLevel())) {
      LoggerContext context = logger.getLoggerContext();
      add(context, NODE);
      add(context, NAME);
    }
    return FilterReply.NEUTRAL;
  }

  private static void add(LoggerContext context, String field) {
    String value = context.getProperty(field);
    MDCAdapter fields = context.getMDCAdapter();
    if (value != null && !value.isEmpty() && fields != null && fields.get(field) == null) {
      fields.put(field, value);
    }
  }
}
