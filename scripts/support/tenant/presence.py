"""Somebody at a place with a device and the sessions that are open there: what nearly every record tells."""


class Presence:
    """One person's sessions at one address. An attacker who has taken over an account is one, too."""

    __slots__ = ("person", "place", "device", "agent", "session", "number", "cache")

    def __init__(self, chance, person, place, device=None, agent=None, session=None):
        self.person, self.place = person, place
        self.device = device or person.laptop
        self.agent = agent or self.device.agent
        # All products' session ids are made of this one number.
        self.session = session or chance.hex(32)
        self.number = int(self.session[:11], 16)
        self.cache = {}

    def elsewhere(self, place, device=None, agent=None):
        """The same sessions, used from another address: stolen, or on the way."""
        other = Presence.__new__(Presence)
        other.person, other.place, other.device = self.person, place, device or self.device
        other.agent = agent or (device.agent if device else self.agent)
        other.session, other.number, other.cache = self.session, self.number, {}
        return other
