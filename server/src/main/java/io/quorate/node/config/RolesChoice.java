package io.quorate.node.config;

/** Whether a node decides by users, roles and grants who may do what. */
public enum RolesChoice {
  /** All callers may do everything. */
  OFF,
  /** Each caller may do what its user is granted. */
  ON
}
