package io.quorate.cli.doctor;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that is not as it should be.
 *
 * @param rule short name, for programs
 * @param about which node, tenant or part of the cluster
 * @param what happened, in a sentence
 * @param advice what to do, with the exact command where there is one
 */
record Finding(Severity severity, String rule, String about, String what, String advice) {

  /** How bad it is, the worst first. */
  enum Severity {
    /** Something is not served, or will soon not be, or promises are at risk. */
    PROBLEM,
    /** Everything is served; an operator should look. */
    WARNING
  }

  static Finding problem(String rule, String about, String what, String advice) {
    return new Finding(Severity.PROBLEM, rule, about, what, advice);
  }

  static Finding warning(String rule, String about, String what, String advice) {
    return new Finding(Severity.WARNING, rule, about, what, advice);
  }

  Map<String, Object> json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("severity", severity.name().toLowerCase(java.util.Locale.ROOT));
    object.put("rule", rule);
    object.put("about", about);
    object.put("what", what);
    object.put("advice", advice);
    return object;
  }
}
