package io.quorate.client.internal.update;

import io.quorate.client.FieldKind;

/** A field of a key: fields of one name and different kinds are different fields. */
record FieldId(String name, FieldKind kind) {}
