package io.quorate.client;

/** What becomes of a flag that is enabled and disabled at the same time. */
public enum FlagKind {
  /** It is on. */
  ENABLE_WINS(FieldKind.FLAG_ENABLE_WINS),

  /** It is off. */
  DISABLE_WINS(FieldKind.FLAG_DISABLE_WINS);

  private final FieldKind field;

  FlagKind(FieldKind field) {
    this.field = field;
  }

  /** The kind of the field that such a flag is. */
  public FieldKind field() {
    return field;
  }
}
