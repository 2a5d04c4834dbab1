"""Content codings that no usual compressor makes: as much work as fits into as few bytes."""
import struct
import zlib


class Bits:
    """DEFLATE's bits: of each number the lowest first."""

    def __init__(self):
        self.value, self.count = 0, 0

    def put(self, value, count):
        self.value |= value << self.count
        self.count += count

    def bytes(self):
        return self.value.to_bytes((self.count + 7) // 8, "little")


def gzip_member(deflate, text=b""):
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + deflate + struct.pack("<II", zlib.crc32(text), len(text))


def empty_dynamic_block(last=False):
    """The smallest block that brings its tables with it, and holds nothing: 90 bits."""
    bits = Bits()
    for value, count in ((last, 1), (2, 2), (0, 5), (0, 5), (14, 4)):  # 257 literals, 1 distance, 18 lengths
        bits.put(value, count)
    for at in range(18):
        bits.put(at in (2, 17), 3)  # one bit each for 18, a row of zeros, and 1
    for value, count in ((1, 1), (127, 7), (1, 1), (107, 7), (0, 1), (0, 1)):  # 256 zeros, 1 for the end, 1
        bits.put(value, count)
    bits.put(0, 1)  # the end of the block
    return bits


def gzip_of_tables(blocks):
    """Nothing, in so many blocks; 11 bytes each, and the work of building three tables."""
    one, last = empty_dynamic_block(), empty_dynamic_block(True)
    four = sum(one.value << at * one.count for at in range(4)).to_bytes(4 * one.count // 8, "little")  # whole bytes
    rest = Bits()
    for _ in range((blocks - 1) % 4):
        rest.put(one.value, one.count)
    rest.put(last.value, last.count)
    return gzip_member(four * ((blocks - 1) // 4) + rest.bytes())


def zstd_of_tables(blocks):
    """A frame of eight raw bytes and so many blocks, each with three FSE tables of the largest size: 19 bytes each."""
    sequence = b"\0\1\xa8\xe4\x3f\xe3\x1f\xe4\x3f\0\0\0\4"

    def block(kind, content, last=False):
        return (last | kind << 1 | len(content) << 3).to_bytes(3, "little") + content

    rest = block(2, sequence) * (blocks - 1) + block(2, sequence, last=True)
    return b"\x28\xb5\x2f\xfd\0\x58" + block(0, b"abcdefgh") + rest
