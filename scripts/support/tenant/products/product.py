"""What all products have."""


class Product:
    """Makes one product's records. Its methods take a presence and a time, deliver the record, and give its id."""

    name = ""

    def __init__(self, company, chance, deliver):
        self.company, self.chance, self.deliver_to = company, chance, deliver

    def deliver(self, time, uid, record):
        return self.deliver_to(self.name, time, uid, record)
