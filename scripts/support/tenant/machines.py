"""Accounts of programs: steady ones, batch jobs of the night and the week, and continuous integration."""
from .chance import Chance
from .clock import DAY, HOUR, MINUTE
from .presence import Presence

TERRAFORM = [("ec2", "DescribeVpcs"), ("ec2", "DescribeSubnets"), ("ec2", "DescribeSecurityGroups"), ("iam", "GetRole"),
             ("iam", "GetPolicy"), ("s3", "GetBucketPolicy"), ("rds", "DescribeDBInstances"), ("eks", "DescribeCluster"),
             ("route53", "ListResourceRecordSets")]


class Machines:
    """What runs by itself. Busier in a bigger company."""

    def __init__(self, company, products):
        self.company, self.products, self.size = company, products, max(0.1, len(company.people) / 2000)
        self.runners = [company.geography.server() for _ in range(6)]
        self.ci = company.machine("ci-bot", self.runners[0], "git/2.47.1")
        self.deploy = company.machine("deploy", agent="aws-sdk-go-v2/1.39.2 os/linux lang/go#1.25.1")
        self.terraform = company.machine("terraform", agent="APN/1.0 HashiCorp/1.0 Terraform/1.13.3 aws-sdk-go-v2/1.39.2")
        self.backup = company.machine("backup-svc", agent="Boto3/1.40.44 md/Botocore#1.40.44 os/linux")
        self.reporter = company.machine("report-exporter", agent="Boto3/1.40.44 md/Botocore#1.40.44 os/linux")
        self.etl = company.machine("etl-svc")
        self.dashboards = company.machine("bi-dashboards")
        self.provisioning = company.machine("hr-provisioning", agent="Workday-Connector/2.4")
        self.dependencies = company.machine("dependency-bot", agent="git/2.47.1")
        # Integrations of vendors, which sign in to Salesforce with an account of their own.
        self.vendors = [company.machine(name, agent=agent) for name, agent in (
            ("marketing-sync", "MarketingSync/4.2 (+https://vendor.example)"), ("support-chat", "SupportChat-Integration/2.9"),
            ("contract-signing", "SignFlow/7.1"), ("call-recorder", "CallNotes/1.18"))]

    def presence(self, account, day, place=None):
        return Presence(Chance.named(self.company.seed, "machine", account.local, day), account, place or account.home)

    def day(self, number):
        chance = Chance.named(self.company.seed, "machines", number)
        midnight, weekday = self.company.start + number * DAY, self.company.weekday(number)
        self.integration(chance, midnight, number, weekday)
        self.cloud(chance, midnight, number)
        self.warehouse(chance, midnight, number, weekday)
        self.crm(chance, midnight, number)
        self.directory(chance, midnight, number)

    def integration(self, chance, midnight, number, weekday):
        github, company = self.products.github, self.company
        runs = chance.count((900 if weekday < 5 else 90) * self.size)
        token = github.token(self.ci, "GitHub App server-to-server token", "")
        for _ in range(runs):
            time = midnight + (chance.triangular(6, 22, 14) if weekday < 5 else chance.uniform(0, 24)) * HOUR
            repository = company.repositories[int(len(company.repositories) * chance.random() ** 2)]
            p = self.presence(self.ci, number, chance.choice(self.runners))
            github.git(p, time, "git.fetch" if chance.random() < 0.8 else "git.clone", repository, token)
            github.record(p, time + chance.uniform(60, 900), "workflows.completed_workflow_run", name="build", event="push",
                          conclusion="success" if chance.random() < 0.88 else "failure", **github.of(repository))
        for repository in company.repositories[weekday::7]:
            github.git(self.presence(self.dependencies, number), midnight + 5 * HOUR + chance.uniform(0, 1500), "git.fetch", repository,
                       github.token(self.dependencies))

    def cloud(self, chance, midnight, number):
        aws, company = self.products.aws, self.company
        deploy = self.presence(self.deploy, number)
        for _ in range(chance.count(60 * self.size)):
            time = midnight + chance.triangular(7, 20, 14) * HOUR
            identity = aws.role(deploy, time, "Deploy")
            for service, name in (("ecr", "GetAuthorizationToken"), ("ecs", "DescribeServices"), ("ecs", "UpdateService")):
                aws.call(deploy, time, service, name, {"cluster": "main"}, identity, agent=self.deploy.laptop.agent)
                time += 4
        terraform = self.presence(self.terraform, number)
        for hour in (6, 12):
            identity, time = aws.role(terraform, midnight, "Terraform"), midnight + hour * HOUR + chance.uniform(0, 600)
            for call in range(max(20, int(160 * self.size))):
                service, name = TERRAFORM[call % len(TERRAFORM)]
                aws.call(terraform, time + call * 0.4, service, name, None, identity, agent=self.terraform.laptop.agent)
        backup = self.presence(self.backup, number)
        for call in range(max(30, int(400 * self.size))):
            aws.object(backup, midnight + 2 * HOUR + call * 1.5, "GetObject", company.buckets[call % 6], f"nightly/{number}/{call}.snap",
                       aws.user(self.backup), agent=self.backup.laptop.agent)
        reporter = self.presence(self.reporter, number)
        for hour in range(0, 24, 3):
            aws.object(reporter, midnight + hour * HOUR + chance.uniform(20, 60), "PutObject", "example-reports", f"{number}/{hour}.csv",
                       aws.user(self.reporter), agent=self.reporter.laptop.agent)

    def warehouse(self, chance, midnight, number, weekday):
        snowflake, tables = self.products.snowflake, self.company.tables
        etl, dashboards = self.presence(self.etl, number), self.presence(self.dashboards, number)
        for hour in range(24):
            time = midnight + hour * HOUR + chance.uniform(60, 120)
            snowflake.login(etl, time, factor="RSA_KEYPAIR", client=1)
            for call in range(6):
                database, table = tables[(hour * 6 + call) % len(tables)]
                merge = f"MERGE INTO {database}.PUBLIC.{table} USING STAGING"
                snowflake.query(etl, time + 5 + call * 8, merge, "MERGE", database, "LOADER", warehouse="WH_ETL")
        for _ in range(chance.count(250 * self.size)):
            database, table = tables[int(40 * chance.random())]
            snowflake.query(dashboards, midnight + chance.uniform(6, 20) * HOUR, f"SELECT SUM(AMOUNT) FROM {database}.PUBLIC.{table}",
                            "SELECT", database, "DASHBOARD", rows=chance.randrange(1, 60))
        if weekday == 6:
            # The week's export to the company's own bucket.
            snowflake.login(etl, midnight + 3 * HOUR, factor="RSA_KEYPAIR", client=1)
            for call, (database, table) in enumerate(tables[:30]):
                copy = f"COPY INTO @EXPORTS.PUBLIC.WEEKLY/{table} FROM {database}.PUBLIC.{table}"
                snowflake.query(etl, midnight + 3 * HOUR + 30 + call * 40, copy, "UNLOAD", database, "LOADER",
                                unloaded=chance.randrange(20_000, 90_000), warehouse="WH_ETL")

    def crm(self, chance, midnight, number):
        salesforce = self.products.salesforce
        for index, vendor in enumerate(self.vendors):
            p = self.presence(vendor, number)
            step = (15, 30, 60, 120)[index] * MINUTE
            salesforce.login(p, midnight + chance.uniform(0, 600), kind="Remote Access 2.0", application=vendor.local)
            for call in range(int(DAY / step)):
                entity = (("Lead", "Contact"), ("Case", "Contact"), ("Opportunity",), ("Task",))[index]
                salesforce.api(p, midnight + call * step + chance.uniform(0, 40), entity[call % len(entity)],
                               int(chance.lognormvariate(3.5, 0.7)), vendor.local)

    def directory(self, chance, midnight, number):
        """At night, what the personnel department changed."""
        p = self.presence(self.provisioning, number)
        for person in chance.sample(self.company.people, min(len(self.company.people), chance.count(40 * self.size))):
            time = midnight + 3 * HOUR + chance.uniform(0, 900)
            self.products.okta.about(p, time, "user.account.update_profile", person)
            self.products.entra.about(p, time + 300, "Update user", person, properties=[("Department", '["old"]', '["new"]')])
