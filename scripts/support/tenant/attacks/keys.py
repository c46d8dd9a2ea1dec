"""Attacks with keys, tokens and the accounts of programs."""
from ..clock import HOUR, MINUTE
from ..presence import Presence
from .attack import family

LOOKING = [("sts", "GetCallerIdentity"), ("iam", "ListUsers"), ("iam", "ListRoles"), ("iam", "ListAttachedUserPolicies"),
           ("s3", "ListBuckets"), ("ec2", "DescribeInstances"), ("secretsmanager", "ListSecrets"), ("ssm", "DescribeParameters"),
           ("lambda", "ListFunctions20150331"),
           ("rds", "DescribeDBInstances"), ("kms", "ListKeys"), ("organizations", "DescribeOrganization"), ("ses", "GetSendQuota"),
           ("dynamodb", "ListTables"), ("cloudtrail", "DescribeTrails"), ("ec2", "DescribeSnapshots"), ("ecr", "DescribeRepositories")]
AGENT = "Boto3/1.35.99 md/Botocore#1.35.99 ua/2.0 os/linux#6.11.2-amd64 md/arch#x86_64 lang/python#3.12.8"


@family("static_key_new_network", "T1078.004", "a long-lived key of a program is used from a network where it has never been")
def static_key_new_network(a):
    machines, products = a.campaign.machines, a.products
    account = a.name((machines.backup, machines.dependencies, machines.etl)[a.number % 3])
    a.begin()
    p = Presence(a.chance, account, a.address(), agent=AGENT)
    a.note = f"the key of {account.local} from {p.place.network.owner}"
    if account is machines.backup:
        identity = products.aws.user(account)
        for call, time in zip(LOOKING[:9], a.spread(9, 6 * MINUTE, 20 * HOUR)):
            products.aws.call(p, time, *call, None, identity, agent=AGENT)
        for number in range(25):
            products.aws.object(p, time + 60 + number * 3, "GetObject",
                                a.company.buckets[0], f"nightly/{number}.snap", identity, agent=AGENT)
    elif account is machines.dependencies:
        for repository, time in zip(a.chance.sample(a.company.repositories, 8), a.spread(8, 10 * MINUTE, 20 * HOUR)):
            products.github.git(p, time, "git.clone", repository, products.github.token(account))
    else:
        products.snowflake.login(p, a.start, factor="RSA_KEYPAIR", client=1)
        for table, time in zip(a.company.tables, a.spread(14, 20 * MINUTE, 20 * HOUR)):
            products.snowflake.query(
                p, time + 30, f"SELECT * FROM {table[0]}.PUBLIC.{table[1]}", "SELECT", table[0], "LOADER", rows=50_000)


@family("leaked_key", "T1552.001", "a secret is pushed to a repository, and used from outside soon after")
def leaked_key(a):
    person = a.victim("github")
    a.begin(person)
    p, products, chance = a.insider(person), a.products, a.chance
    repository, key = chance.choice(a.company.repositories), "AKIA" + chance.letters(16)
    a.also(key, repository[0])
    delay = {"quick": 4 * MINUTE, "office": HOUR, "slow": 26 * HOUR}[a.pace]
    products.github.git(p, a.start, "git.push", repository)
    if a.number % 3 != 2:
        products.github.record(p, a.start + 40, "secret_scanning_alert.create",
                               number=chance.randrange(1, 400), **products.github.of(repository))
    thief = Presence(chance, person, a.address(), agent=AGENT)
    if a.number % 3 == 1:
        a.note = "a personal access token of GitHub"
        token = products.github.token(person)
        a.also(token["hash"])
        for number, other in enumerate(chance.sample(a.company.repositories, 6)):
            products.github.git(thief, a.start + delay + 40 * number, "git.clone", other, token)
        return
    a.note = f"an access key of AWS, {key}"
    identity = products.aws.user(person, key)
    time = a.start + delay
    for service, name in chance.sample(LOOKING, 11):
        time += chance.expovariate(1 / 9)
        if chance.happens(0.4):
            products.aws.denied(thief, time, service, name, None, identity, agent=AGENT)
        else:
            products.aws.call(thief, time, service, name, None, identity, agent=AGENT)
    for region in ("us-east-1", "us-west-2", "ap-south-1"):
        time += 20
        products.aws.call(thief, time, "ec2", "RunInstances", {"instanceType": "g5.12xlarge", "minCount": 4, "maxCount": 4}, identity,
                          region=region, agent=AGENT, error=("Client.InstanceLimitExceeded", "You have requested more vCPU capacity"))


@family("vendor_integration", "T1199", "a vendor's integration asks for other things, more of them, or from elsewhere than ever before")
def vendor_integration(a):
    vendors, products = a.campaign.machines.vendors, a.products
    account = a.name(vendors[a.number % len(vendors)])
    a.also(account.local)
    a.begin()
    elsewhere = a.number % 3 != 1
    place = a.address() if elsewhere else account.home
    a.addresses[place.ip] = True
    p = Presence(a.chance, account, place, agent="python-requests/2.32.3" if elsewhere else None)
    a.note = "from an address of its own" if elsewhere else "from its usual address: other objects, and a thousand times as many rows"
    products.salesforce.login(p, a.start - 20, kind="Remote Access 2.0", application=account.local)
    entities = ["User", "Account", "Contact", "Opportunity", "Case", "CaseComment", "Attachment", "ContentVersion"]
    for number, time in enumerate(a.spread(70, 40 * MINUTE, 30 * HOUR)):
        entity = entities[number % len(entities)]
        rows = a.chance.randrange(1, 3) if number < 8 else a.chance.randrange(8_000, 50_000)
        query = f"SELECT COUNT() FROM {entity}" if number < 8 else f"SELECT FIELDS(ALL) FROM {entity} LIMIT 50000"
        products.salesforce.api(p, time, entity, rows, account.local, "Bulk" if number % 3 == 0 else "REST", query)
        if number % 3 == 0 and number > 8:
            products.salesforce.bulk(p, time + 5, account.local)


@family("api_enumeration", "T1580", "one account asks for everything, and is refused again and again")
def api_enumeration(a):
    person = a.victim("aws_cloudtrail") if a.number % 3 != 2 else a.name(a.campaign.machines.reporter)
    a.begin(person)
    a.pace = "office" if a.number % 3 == 1 else a.pace
    p = a.insider(person) if a.number % 3 == 1 else Presence(a.chance, person, a.address(), agent=AGENT)
    aws, count = a.products.aws, a.chance.randrange(60, 220)
    identity = aws.user(person) if person.service else aws.role(p, a.start, "Developer")
    names = LOOKING + [(service, f"{verb}{thing}") for service, thing in (
        ("ec2", "Volumes"), ("ec2", "KeyPairs"), ("iam", "Groups"), ("iam", "Policies"), ("sqs", "Queues"), ("sns", "Topics"),
        ("redshift", "Clusters"), ("eks", "Clusters"), ("athena", "WorkGroups"), ("glue", "Databases"), ("bedrock", "FoundationModels"))
        for verb in ("List", "Describe", "Get")]
    refused = 0
    for number, time in enumerate(a.spread(count, count * 2.5, 26 * HOUR)):
        service, name = names[number % len(names)]
        if a.chance.happens(0.75):
            refused += 1
            aws.denied(p, time, service, name, None, identity, agent=AGENT)
        else:
            aws.call(p, time, service, name, None, identity, agent=AGENT)
    a.note = f"{refused} of {count} calls refused"
