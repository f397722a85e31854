package io.quorate.sim.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.cluster.Command;
import io.quorate.placement.Model;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.sim.check.BackupChecker.Name;
import io.quorate.sim.check.KeyByKeyChecker.Kind;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.version.CrdtState;
import io.quorate.version.Field;
import io.quorate.version.FieldValue;
import io.quorate.version.Record;
import io.quorate.version.Register;
import io.quorate.version.Sibling;
import io.quorate.version.SiblingSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The tenants of which backups promise something of each key alone, one for each model without
 * moments, and what is in their keys: numbers of changes.
 */
final class KeyByKeyTenants {
  /** Changes of one key, at most: each is a digit of a number to base four. */
  static final int CHANGES_MAX = 30;

  static final Field COUNTER = new Field("", Field.Kind.COUNTER);
  static final Field SET = new Field("", Field.Kind.SET);
  static final Field COUNTED = new Field("counted", Field.Kind.COUNTER);
  static final Field ADDED = new Field("added", Field.Kind.SET);

  private static final String PREFIX = "backed-";

  /** What keys begin with that are put and deleted, and those that are added to. */
  private static final String PUT = "p";

  private static final String ADDED_TO = "k";

  private static final List<Model> MODELS =
      List.of(Model.LINEARIZABLE, Model.COUNTERS, Model.SETS, Model.MAPS, Model.SIBLINGS);

  private KeyByKeyTenants() {}

  static List<Model> models() {
    return MODELS;
  }

  static String tenant(Model model) {
    return PREFIX + model.name().toLowerCase(Locale.ROOT);
  }

  static List<String> names() {
    return MODELS.stream().map(KeyByKeyTenants::tenant).toList();
  }

  static List<Command.CreateTenant> commands() {
    return MODELS.stream()
        .map(
            model ->
                new Command.CreateTenant(
                    tenant(model), 3, TenantSettings.NONE.with(TenantSetting.MODEL, model)))
        .toList();
  }

  /** Returns what a key begins with: some of registers are put and deleted. */
  static String place(Model model, SimRandom random) {
    return model == Model.LINEARIZABLE && random.chance(0.5) ? PUT : ADDED_TO;
  }

  /** Whether a key is put and deleted, and not added to. */
  static boolean isPut(Name name) {
    return name.key().startsWith(PUT);
  }

  /** Returns how the changes of a key are to each other. */
  static Kind kind(Name name) {
    if (!name.tenant().equals(tenant(Model.LINEARIZABLE))) {
      return Kind.MERGED;
    }
    return isPut(name) ? Kind.LAST : Kind.IN_ORDER;
  }

  /** What a change adds to a number. */
  static long digit(int change) {
    return 1L << (2 * change);
  }

  /** The second part of the keys of maps, by which its changes are known. */
  static Name setOf(Name name) {
    return new Name(name.tenant(), name.key() + " set");
  }

  /** The changes that a record has, each as often as it has it. */
  static void read(Name name, Record record, Map<Name, List<Integer>> shown) {
    if (record.isOfRegister()) {
      Record value = Register.shown(record);
      if (value != null) {
        shown.put(
            name,
            isPut(name)
                ? List.of(number(value.copyValue()))
                : digits(Long.parseLong(new String(value.copyValue(), UTF_8))));
      }
    } else if (record.isOfSiblings()) {
      List<Integer> numbers = new ArrayList<>();
      for (Sibling sibling : SiblingSet.of(record).siblings()) {
        numbers.add(number(sibling.value()));
      }
      shown.put(name, numbers);
    } else {
      CrdtState.of(record).values().forEach(value -> read(name, value, shown));
    }
  }

  private static void read(Name name, FieldValue value, Map<Name, List<Integer>> shown) {
    if (value.field().kind() == Field.Kind.SET) {
      shown.put(
          value.field().equals(SET) ? name : setOf(name),
          value.elements().stream().map(element -> number(element.value())).toList());
    } else {
      shown.put(name, digits(value.count()));
    }
  }

  static int number(byte[] value) {
    return Integer.parseInt(new String(value, UTF_8));
  }

  static byte[] value(int number) {
    return Integer.toString(number).getBytes(UTF_8);
  }

  private static List<Integer> digits(long sum) {
    List<Integer> numbers = new ArrayList<>();
    for (int change = 0; change <= CHANGES_MAX; change++) {
      int times = ((int) (sum >>> (2 * change))) & 3;
      for (int i = 0; i < times; i++) {
        numbers.add(change);
      }
    }
    return numbers;
  }
}
