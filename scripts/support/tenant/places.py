"""Where events come from: cities, and the networks of offices, homes, carriers, clouds and those who hide.

All addresses are kept for documentation (RFC 5737) or benchmarks (RFC 2544): nobody has them. Systems have numbers of RFC 5398.
"""
from dataclasses import dataclass, field


@dataclass(frozen=True)
class City:
    name: str
    region: str
    country: str
    code: str
    latitude: float
    longitude: float
    offset: float  # hours ahead of UTC, the same all year


OFFICES = [
    City("Lisbon", "Lisboa", "Portugal", "PT", 38.72, -9.14, 0),
    City("Leeds", "England", "United Kingdom", "GB", 53.80, -1.55, 0),
    City("Berlin", "Berlin", "Germany", "DE", 52.52, 13.40, 1),
    City("Austin", "Texas", "United States", "US", 30.27, -97.74, -6),
    City("Boston", "Massachusetts", "United States", "US", 42.36, -71.06, -5),
    City("Pune", "Maharashtra", "India", "IN", 18.52, 73.86, 5.5),
    City("Singapore", "Singapore", "Singapore", "SG", 1.35, 103.82, 8),
]
ABROAD = [
    City("Madrid", "Madrid", "Spain", "ES", 40.42, -3.70, 1),
    City("Paris", "Ile-de-France", "France", "FR", 48.86, 2.35, 1),
    City("Stockholm", "Stockholm", "Sweden", "SE", 59.33, 18.07, 1),
    City("Warsaw", "Mazowieckie", "Poland", "PL", 52.23, 21.01, 1),
    City("Toronto", "Ontario", "Canada", "CA", 43.65, -79.38, -5),
    City("San Francisco", "California", "United States", "US", 37.77, -122.42, -8),
    City("Chicago", "Illinois", "United States", "US", 41.88, -87.63, -6),
    City("Osaka", "Osaka", "Japan", "JP", 34.69, 135.50, 9),
    City("Sydney", "New South Wales", "Australia", "AU", -33.87, 151.21, 10),
    City("Sao Paulo", "Sao Paulo", "Brazil", "BR", -23.55, -46.63, -3),
    City("Istanbul", "Istanbul", "Turkey", "TR", 41.01, 28.98, 3),
    City("Johannesburg", "Gauteng", "South Africa", "ZA", -26.20, 28.05, 2),
    City("Jakarta", "Jakarta", "Indonesia", "ID", -6.21, 106.85, 7),
    City("Amsterdam", "North Holland", "Netherlands", "NL", 52.37, 4.90, 1),
    City("Bucharest", "Bucuresti", "Romania", "RO", 44.43, 26.10, 2),
]
CITIES = OFFICES + ABROAD


@dataclass(frozen=True)
class Network:
    prefix: str  # the first three numbers and a dot
    city: City
    number: int  # of the autonomous system
    owner: str
    kind: str  # office, vpn, home, mobile, hotel, cloud, vendor, hosting, anonymiser


@dataclass(frozen=True)
class Place:
    """One address, and what a vendor's own tables say of it. Vendors keep what they render of it in `cache`."""

    ip: str
    network: Network
    cache: dict = field(default_factory=dict, compare=False, hash=False)

    @property
    def city(self):
        return self.network.city

    @property
    def hidden(self):
        return self.network.kind == "anonymiser"


class Geography:
    """Hands out addresses, and can say of each what it is."""

    def __init__(self, chance):
        self.chance = chance
        self.networks = []
        self.by_kind = {}
        for number, city in enumerate(CITIES):
            for provider in range(6):
                name = f"{city.name} {('Fibre', 'Cable', 'Telecom')[provider % 3]}"
                self._add(f"198.18.{number * 6 + provider}.", city, 64500 + number % 12, name, "home")
            self._add(f"198.19.{number * 2}.", city, 65536 + number % 16, f"{city.name} Mobile", "mobile")
            self._add(f"198.19.{number * 2 + 1}.", city, 64496 + number % 3, "Guest Networks", "hotel")
        for number, city in enumerate(ABROAD):
            owner = ("Rackfield", "Northhost", "Cheap VPS")[number % 3]
            self._add(f"198.19.{128 + number}.", city, 64511 - number % 4, owner, "hosting")
            if number % 2:
                owner = ("Tor exit", "Hidewell VPN")[number % 4 // 2]
                self._add(f"198.19.{160 + number}.", city, 64499 + number % 2, owner, "anonymiser")
        for number, city in enumerate(OFFICES):
            self._add(f"203.0.113.{number}", city, 64505, "Example Inc", "office")
        self._add("192.0.2.", OFFICES[3], 64506, "Example Inc VPN", "vpn")
        self._add("198.51.100.", ABROAD[13], 64507, "Elastic Cloud", "cloud")
        self.offices = {}
        for network in self.by_kind["office"]:
            number = int(network.prefix.rsplit(".", 1)[1])
            self.offices[network.city] = [Place(f"203.0.113.{number * 16 + host}", network) for host in range(1, 5)]
        self.gateways = [Place(f"192.0.2.{host}", self.by_kind["vpn"][0]) for host in range(10, 16)]
        self._cloud = iter(range(10, 250))

    def _add(self, *row):
        network = Network(*row)
        self.networks.append(network)
        self.by_kind.setdefault(network.kind, []).append(network)

    def _of(self, kind, city):
        return [network for network in self.by_kind[kind] if city is None or network.city is city]

    def address(self, kind, city=None, chance=None):
        """Any address of a kind of network, in a city or anywhere."""
        chance = chance or self.chance
        network = chance.choice(self._of(kind, city))
        return Place(f"{network.prefix}{chance.randrange(2, 255)}", network)

    def server(self):
        """An address of a cloud that nothing else has."""
        return Place(f"198.51.100.{next(self._cloud)}", self.by_kind["cloud"][0])

    def rows(self):
        """What `networks.csv` says: network, kind, owner, asn, city, country, latitude, longitude."""
        for network in self.networks:
            if network.kind == "office":
                prefix = f"203.0.113.{int(network.prefix.rsplit('.', 1)[1]) * 16}/28"
            else:
                prefix = f"{network.prefix}0/24"
            city = network.city
            yield [prefix, network.kind, network.owner, network.number, city.name, city.code, city.latitude, city.longitude]
