package io.quorate.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.ByteFormat;
import java.util.Arrays;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class BytesTest {
  @Property
  void valuesAreReadAsTheyWereWritten(
      @ForAll long any,
      @ForAll @LongRange(max = Long.MAX_VALUE) long number,
      @ForAll int small,
      @ForAll boolean flag,
      @ForAll String text,
      @ForAll byte[] some) {
    ByteWriter out = new ByteWriter(0);
    out.writeByte(0xAB);
    out.writeVarint(any);
    out.writeVarint(number);
    out.writeSignedVarint(any);
    out.writeInt(small);
    out.writeFlag(flag);
    out.writeFixed32(small);
    out.writeFixed64(any);
    String utf8 = text.replaceAll("\\p{Cs}", "?"); // half a character has no encoding
    out.writeString(utf8);
    out.writeFixedString(utf8);
    out.writeBytes(some);
    out.writeRaw(some);
    byte[] bytes = out.toBytes();

    ByteReader in = new ByteReader("a value", bytes);
    assertThat(in.readByte()).isEqualTo(0xAB);
    assertThat(in.readVarint()).isEqualTo(any);
    assertThat(in.readNumber()).isEqualTo(number);
    assertThat(in.readSignedVarint()).isEqualTo(any);
    assertThat(in.readInt()).isEqualTo(small);
    assertThat(in.readFlag()).isEqualTo(flag);
    assertThat(in.readFixed32()).isEqualTo(small);
    assertThat(in.readFixed64()).isEqualTo(any);
    assertThat(in.readString()).isEqualTo(utf8);
    assertThat(in.readFixedString()).isEqualTo(utf8);
    assertThat(in.readBytes()).isEqualTo(some);
    assertThat(in.readRest()).isEqualTo(some);
    in.expectEnd();
  }

  /** Equal values are equal bytes: what reads as a number is what a writer writes of it. */
  @Property(tries = 5_000)
  void aNumberHasOneEncoding(@ForAll @IntRange(min = 1, max = 10) int length, @ForAll long chance) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (((chance >>> (6 * i)) & 0x7F) | (i < length - 1 ? 0x80 : 0));
    }
    long value;
    try {
      value = new ByteReader("a number", bytes).readVarint();
    } catch (MalformedBytesException refused) {
      return;
    }
    ByteWriter out = new ByteWriter();
    out.writeVarint(value);
    assertThat(out.toBytes()).isEqualTo(bytes);
  }

  @Test
  void numbersThatDoNotFitAreRefused() {
    refuses(ByteReader::readVarint, "longer than it needs", 0x80, 0x00);
    byte[] tooMany = new byte[11];
    Arrays.fill(tooMany, (byte) 0x80);
    assertThatThrownBy(() -> new ByteReader("it", tooMany).readVarint())
        .hasMessageContaining("more than 64 bits");
    ByteWriter negative = new ByteWriter();
    negative.writeVarint(-1);
    assertThatThrownBy(() -> new ByteReader("it", negative.toBytes()).readNumber())
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("has 64 bits");
    assertThatThrownBy(() -> new ByteReader("it", negative.toBytes()).readInt())
        .hasMessageContaining("more than 32 bits");
    refuses(in -> in.readInt(3), "at most 3", 4);
    refuses(ByteReader::readFlag, "a flag is 2", 2);
  }

  @Test
  void moreThanThereIsIsRefusedBeforeMemoryIsTaken() {
    refuses(ByteReader::readByte, "ends too early");
    refuses(ByteReader::readFixed32, "ends too early", 1, 2, 3);
    refuses(ByteReader::readFixed64, "ends too early", 1, 2, 3, 4, 5, 6, 7);
    refuses(ByteReader::readCount, "3 elements or bytes announced", 3, 1, 1);
    refuses(in -> in.readCount(2), "2 elements", 2, 1, 1, 1);
    refuses(in -> in.readFixedCount(8), "elements", 0xFF, 0xFF, 0xFF, 0xFF);
    refuses(in -> in.readFixedCount(8), "elements", 0x7F, 0xFF, 0xFF, 0xFF);
    refuses(ByteReader::readBytes, "elements or bytes", 5, 1);
    refuses(ByteReader::readString, "elements or bytes", 5, 'a');
  }

  @Test
  void whatIsNoTextIsRefused() {
    refuses(ByteReader::readString, "not UTF-8", 1, 0xFF);
    refuses(ByteReader::readFixedString, "not UTF-8", 0, 0, 0, 1, 0xFF);
  }

  @Test
  void whatIsLeftOverIsRefused() {
    ByteReader in = new ByteReader("a thing", new byte[] {1, 2, 3});
    in.readByte();
    assertThatThrownBy(in::expectEnd)
        .hasMessage("a thing of 3 bytes is malformed near byte 1: 2 bytes are left over");
  }

  @Test
  void ofAnUnknownFormatItSaysWhetherALaterReleaseWroteIt() {
    assertThatThrownBy(
            () -> new ByteReader("it", new byte[] {12}).readFormat(ByteFormat.COMMAND, 2))
        .isInstanceOf(LaterFormatException.class)
        .hasMessageContaining("a later release wrote it");
    assertThatThrownBy(() -> new ByteReader("it", new byte[] {9}).readFormat(ByteFormat.COMMAND, 2))
        .isNotInstanceOf(LaterFormatException.class)
        .hasMessageContaining("an earlier release wrote it");
  }

  private static void refuses(Function<ByteReader, ?> reading, String why, int... bytes) {
    byte[] all = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      all[i] = (byte) bytes[i];
    }
    assertThatThrownBy(() -> reading.apply(new ByteReader("it", all)))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining(why);
  }
}
