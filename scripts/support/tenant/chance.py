"""Randomness by seed: everything that varies draws from a stream of its own, named after its purpose."""
import random
import zlib

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class Chance(random.Random):
    """The standard library's generator with the draws that audit logs need."""

    @classmethod
    def named(cls, seed, *purpose):
        """A stream that does not change when another purpose draws more or less."""
        return cls(seed * 1_000_003 + zlib.crc32("/".join(map(str, purpose)).encode()))

    def hex(self, digits):
        return f"{self.getrandbits(4 * digits):0{digits}x}"

    def uuid(self):
        text = f"{self.getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"

    def letters(self, count):
        """Upper case and the digits 2 to 7, as in ids of base 32."""
        bits, text = self.getrandbits(5 * count), []
        for _ in range(count):
            text.append(LETTERS[bits & 31])
            bits >>= 5
        return "".join(text)

    def happens(self, probability):
        return self.random() < probability

    def count(self, mean):
        """How often something happens that happens `mean` times on average (Poisson's, near enough, in one draw)."""
        if mean <= 0:
            return 0
        if mean < 4:
            limit, product, count = 2.718281828459045 ** -mean, self.random(), 0
            while product > limit:
                product *= self.random()
                count += 1
            return count
        return max(0, round(self.gauss(mean, mean ** 0.5)))

    def ranked(self, items):
        """One of a list, the first ones much more often than the last."""
        return items[int(len(items) * self.random() ** 2.5)]
