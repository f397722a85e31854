package io.quorate.cli.doctor;

import java.util.List;

/** Looks for one kind of thing that may be wrong. */
@FunctionalInterface
interface Rule {
  List<Finding> examine(Observations seen);
}
