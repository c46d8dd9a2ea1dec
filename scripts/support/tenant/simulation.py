"""The weeks: attacks are planned first, then every day is lived, and what has arrived is written."""
import csv
import json

from .administration import Administration
from .attacks import Campaign
from .chance import Chance
from .clock import DAY, HOUR, midnight, seconds
from .company import Company
from .delivery import Delivery
from .machines import Machines
from .products import Products
from .work import Work


def simulate(folder, people, weeks, seed, start, attacks, families=None, merged=False, tell=lambda text: None):
    """Writes the logs, the truth and the company's own tables into a folder; gives how many records each product has."""
    days = weeks * 7
    company = Company(seed, people, midnight(start), days)
    delivery = Delivery(folder, seed, merged)
    products = Products(company, Chance.named(seed, "ids"), delivery)
    work, machines, administration = Work(company, products), Machines(company, products), Administration(company, products)
    campaign = Campaign(company, products, delivery, machines)
    campaign.plan(attacks, families)
    for day in range(days):
        for person in company.people:
            work.day(person, day)
        machines.day(day)
        administration.day(day)
        # The next day has begun nine hours before midnight in Osaka, and nobody is further east.
        delivery.write(company.start + (day + 1) * DAY - 14 * HOUR)
        tell(f"day {day + 1} of {days}: {sum(delivery.counts.values())} records")
    delivery.close()
    with open(delivery.folder / "truth.jsonl", "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in campaign.truth())
    tables(company, delivery.folder)
    with open(delivery.folder / "tenant.json", "w", encoding="utf-8") as file:
        json.dump({"seed": seed, "start": seconds(company.start)[:10], "days": days, "people": people,
                   "records": delivery.counts, "lines": delivery.written}, file, indent=2)
        file.write("\n")
    return delivery


def tables(company, folder):
    """What the company knows of itself: its people and the networks, for enrichment."""
    with open(folder / "people.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["email", "name", "department", "city", "country", "privileged", "joins", "leaves"])
        for person in company.people:
            dates = ["" if day is None else seconds(company.start + day * DAY)[:10] for day in (person.joins, person.leaves)]
            writer.writerow([person.email, person.name, person.department, person.city.name, person.city.code,
                             " ".join(sorted(person.admin_of)), *dates])
    with open(folder / "networks.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["network", "kind", "owner", "asn", "city", "country", "latitude", "longitude"])
        writer.writerows(company.geography.rows())
