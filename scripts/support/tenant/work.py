"""A person's day: where they are, when they work, and what that leaves in the products' logs."""
from .chance import Chance
from .clock import DAY, HOUR, MINUTE
from .noise import Noise
from .presence import Presence
from .products.salesforce import OBJECTS, REPORTS


def slots(**weights):
    """A table to draw from: a name for each of its weights."""
    return [name for name, weight in weights.items() for _ in range(weight)]


DRIVE = slots(view=52, edit=25, download=5, create=6, rename=3, move=2, copy=1, trash=2, add_to_folder=4)
OFFICE = slots(FileAccessed=40, FileModified=18, FileDownloaded=4, FileUploaded=5, FilePreviewed=6, FileRenamed=1, FileDeleted=1,
               FileSyncDownloadedFull=3, MailItemsAccessed=16, Send=6)
SLACK = slots(file_downloaded=30, file_uploaded=26, file_shared=14, user_channel_join=18, user_channel_leave=6,
              public_channel_created=2, user_profile_updated=4)
GIT = slots(**{"git.fetch": 40, "git.push": 18, "git.clone": 3, "pull_request.create": 9, "pull_request.merge": 8,
               "pull_request_review.submit": 12, "pull_request_review_comment.create": 9, "issue_comment.update": 1})
PAGES = slots(confluence_page_viewed=34, confluence_page_updated=8, confluence_page_created=3, jira_issue_viewed=30, jira_issue_updated=17,
              jira_issue_created=5, jira_issues_searched=3)
CRM = slots(page=48, list_view=24, report=12, api=0, file=4, export=1)
AWS_CALLS = [("ec2", "DescribeInstances"), ("ec2", "DescribeSecurityGroups"), ("logs", "GetLogEvents"), ("logs", "StartQuery"),
             ("cloudwatch", "GetMetricData"), ("s3", "ListBuckets"), ("s3", "GetObject"), ("s3", "GetObject"), ("ecs", "ListTasks"),
             ("ecs", "DescribeServices"), ("lambda", "ListFunctions20150331"), ("rds", "DescribeDBInstances"),
             ("secretsmanager", "GetSecretValue"), ("ssm", "GetParameter"), ("cloudformation", "DescribeStacks"),
             ("eks", "DescribeCluster"), ("ecr", "DescribeRepositories"), ("sts", "GetCallerIdentity"), ("iam", "ListRoles")]
# The application of Okta's that leads to each product.
APPLICATION = {"google": "Google Workspace", "microsoft365": "Microsoft Office 365", "slack": "Slack", "github": "GitHub Enterprise",
               "salesforce": "Salesforce", "snowflake": "Snowflake", "atlassian": "Atlassian Cloud", "zoom": "Zoom",
               "onepassword": "1Password", "aws_cloudtrail": "AWS IAM Identity Center"}
OTHERS = ["Workday", "Zendesk", "Expensify", "Figma", "Miro", "DocuSign"]


class Day:
    """Where somebody is on one day, and in which sessions: the same however often it is asked for."""

    def __init__(self, company, person, day):
        self.chance = chance = Chance.named(company.seed, "day", person.number, day)
        self.person, self.number = person, day
        city, weekday = person.away(day) or person.city, company.weekday(day)
        self.city = city
        at_office = city is person.city and weekday in person.office_days or city is not person.city and city in company.geography.offices
        if at_office:
            place = chance.choice(company.geography.offices[city])
        elif city is person.city:
            place = person.home
        else:
            place = company.geography.address("hotel", city, chance)
        offset = (city.offset if at_office or city is not person.city else person.city.offset) * HOUR
        midnight = company.start + day * DAY - offset
        self.begins = midnight + person.starts * HOUR + chance.gauss(0, 15 * MINUTE)
        self.ends = self.begins + person.hours * HOUR * chance.uniform(0.85, 1.1)
        self.midnight = midnight
        self.desk = Presence(chance, person, place)
        self.pocket = Presence(chance, person, company.geography.address("mobile", city, chance), person.phone)
        self.works = weekday < 5 and day not in person.absent and day not in company.public_holidays.get(person.city, ())

    def moments(self, count):
        """So many times of the day in order: in bursts, few at lunch."""
        chance, span = self.chance, self.ends - self.begins
        bursts = [self.begins + span * chance.random() for _ in range(4 + count // 6)]
        noon = self.begins + span * 0.45
        times = []
        for _ in range(count):
            time = bursts[int(chance.random() * len(bursts))] + chance.expovariate(1 / (7 * MINUTE))
            if noon < time < noon + 40 * MINUTE and chance.random() < 0.7:
                time += HOUR
            times.append(time)
        times.sort()
        return times


class Work:
    """Everybody's days."""

    def __init__(self, company, products):
        self.company, self.products = company, products
        self.noise = Noise(company, products)
        self.doing = {"google": self.google, "microsoft365": self.microsoft365, "slack": self.slack, "github": self.github,
                      "aws_cloudtrail": self.aws, "salesforce": self.salesforce, "snowflake": self.snowflake,
                      "atlassian": self.atlassian, "onepassword": self.onepassword, "zoom": self.zoom}

    def day(self, person, number):
        """All that one person does on one day."""
        if not person.here(number):
            return
        today = Day(self.company, person, number)
        chance = today.chance
        if today.works:
            factor = person.liveliness * chance.uniform(0.7, 1.25)
        elif person.absent.get(number) == "sick" or chance.random() > 0.08:
            return
        else:
            # Mail on a free day, on the phone.
            factor, today.begins = 0.1, today.midnight + chance.uniform(8, 20) * HOUR
            today.ends, today.desk = today.begins + 2 * HOUR, today.pocket
        self.sign_ins(today)
        for product, mean in person.products.items():
            count = chance.count(mean * factor)
            if count:
                times = today.moments(count)
                self.products.okta.sso(today.desk, times[0] - 3, APPLICATION[product])
                self.doing[product](today, times)
        if today.works:
            self.noise.daily(today)

    def sign_ins(self, today):
        chance, okta = today.chance, self.products.okta
        begins = self.noise.before_sign_in(today, today.begins)
        okta.sign_in(today.desk, begins)
        for time in today.moments(chance.count(2.2)):
            okta.sso(today.desk, time, OTHERS[int(chance.random() ** 2 * len(OTHERS))])
        if chance.random() < 0.35:
            okta.verified(today.desk, today.begins + chance.uniform(3, 5) * HOUR, "SIGNED_NONCE")
        if chance.random() < 0.25:
            okta.sign_in(today.pocket, today.begins - chance.uniform(0.2, 1) * HOUR)
        if chance.random() < 0.12:
            okta.record(today.desk, today.ends + 60, "user.session.end")
        if "microsoft365" not in today.person.products and chance.random() < 0.4:
            self.products.entra.sign_in(today.desk, today.begins + chance.uniform(0, 5) * HOUR, interactive=False)

    def where(self, today, portable=0.15):
        """At the desk or, now and then, on the phone."""
        return today.pocket if today.chance.random() < portable else today.desk

    def google(self, today, times):
        chance, google, company, person = today.chance, self.products.google, self.company, today.person
        if chance.random() < 0.35:
            google.login(today.desk, times[0] - 2)
        for time in times:
            document, kind, p = company.document(chance, person), DRIVE[int(chance.random() * len(DRIVE))], self.where(today)
            visibility = "people_within_domain_with_link" if document.confidential is False and chance.random() < 0.2 else "private"
            google.drive(p, time, kind, document, visibility)
            if kind == "create" and chance.random() < 0.5:
                google.share(p, time + 90, document, chance.choice(company.by_department[person.department]).email, "can_edit")

    def microsoft365(self, today, times):
        chance, office, entra, person = today.chance, self.products.microsoft365, self.products.entra, today.person
        for time in (times[0] - 1, *today.moments(chance.count(0.8))):
            entra.sign_in(self.where(today), time)
            office.login(today.desk, time + 1)
        for time in today.moments(chance.count(3)):
            entra.sign_in(self.where(today, 0.4), time, interactive=False)
        for time in times:
            kind = OFFICE[int(chance.random() * len(OFFICE))]
            if kind == "MailItemsAccessed":
                office.mail(self.where(today, 0.3), time, chance.randrange(1, 12))
            elif kind == "Send":
                office.send(self.where(today, 0.2), time, "Re: " + self.company.document(chance, person).title)
            else:
                office.file(today.desk, time, kind, self.company.document(chance, person))

    def slack(self, today, times):
        chance, slack, channels = today.chance, self.products.slack, self.company.channels
        if chance.random() < 0.25:
            slack.about(today.desk, times[0] - 2, "user_login")
        for time in times:
            kind, p = SLACK[int(chance.random() * len(SLACK))], self.where(today, 0.25)
            if kind.startswith("file"):
                slack.file(p, time, kind, self.company.document(chance, today.person))
            elif "channel" in kind:
                slack.channel(p, time, kind, channels[int(len(channels) * chance.random() ** 2)])
            else:
                slack.about(p, time, kind)

    def github(self, today, times):
        chance, github, company, person = today.chance, self.products.github, self.company, today.person
        mine = company.teams.get(person) or [0]
        if chance.random() < 0.3:
            github.record(today.desk, times[0] - 1, "org.sso_response")
        p = today.desk
        if p.place is person.home and chance.random() < 0.12:
            p = p.elsewhere(chance.choice(company.geography.gateways))  # over the company's VPN
        for time in times:
            repository = company.repositories[mine[int(6 * chance.random() ** 2)]]
            kind = GIT[int(chance.random() * len(GIT))]
            if kind[:3] == "git":
                github.git(p, time, kind, repository)
            else:
                github.record(p, time, kind, pull_request_id=chance.randrange(1, 90_000), **github.of(repository))

    def aws(self, today, times):
        chance, aws, company = today.chance, self.products.aws, self.company
        p = today.desk
        if p.place is today.person.home and chance.random() < 0.3:
            p = p.elsewhere(chance.choice(company.geography.gateways))
        asked = {"roleArn": "arn:aws:iam::111122223333:role/Developer", "durationSeconds": 28800}
        aws.call(p, times[0] - 1, "sts", "AssumeRoleWithSAML", asked, region="us-east-1", read=False, identity={
            "type": "SAMLUser", "principalId": f"okta:{today.person.email}", "userName": today.person.email,
            "identityProvider": "okta"})
        identity = aws.role(p, times[0], "Developer")
        for time in times:
            service, name = AWS_CALLS[int(chance.random() * len(AWS_CALLS))]
            if chance.random() < 0.03:
                aws.denied(p, time, service, name, identity=identity)
            elif name == "GetObject":
                bucket = company.buckets[(today.person.number + int(4 * chance.random())) % len(company.buckets)]
                aws.object(p, time, name, bucket, f"2026/{chance.randrange(1, 400)}.parquet", identity)
            else:
                aws.call(p, time, service, name, None, identity)

    def salesforce(self, today, times):
        chance, salesforce = today.chance, self.products.salesforce
        salesforce.login(today.desk, times[0] - 1)
        for time in times:
            kind, entity = CRM[int(chance.random() * len(CRM))], OBJECTS[int(chance.random() ** 1.5 * len(OBJECTS))]
            if kind == "page":
                salesforce.page(self.where(today), time, entity)
            elif kind == "list_view":
                salesforce.list_view(today.desk, time, entity, chance.randrange(5, 200))
            elif kind == "file":
                salesforce.file(today.desk, time, self.company.document(chance, today.person))
            else:
                salesforce.report(today.desk, time, REPORTS[int(chance.random() ** 2 * len(REPORTS))], int(chance.lognormvariate(5, 1)),
                                  kind == "export")

    def snowflake(self, today, times):
        chance, snowflake, tables = today.chance, self.products.snowflake, self.company.tables
        self.noise.before_snowflake(today, times[0] - 4)
        snowflake.login(today.desk, times[0] - 2)
        for time in times:
            database, table = tables[(today.person.number * 13 + int(30 * chance.random() ** 2)) % len(tables)]
            name, roll = f"{database}.PUBLIC.{table}", chance.random()
            if roll < 0.8:
                error = ("000904", "SQL compilation error: invalid identifier 'X'") if roll < 0.05 else None
                snowflake.query(today.desk, time, f"SELECT * FROM {name} WHERE DAY >= '2026-11-01'", "SELECT", database,
                                rows=0 if error else int(chance.lognormvariate(6, 2)), error=error)
            elif roll < 0.9:
                snowflake.query(today.desk, time, f"CREATE OR REPLACE TEMPORARY TABLE T AS SELECT * FROM {name}", "CREATE_TABLE_AS_SELECT",
                                database)
            else:
                snowflake.query(today.desk, time, f"SHOW TABLES IN DATABASE {database}", "SHOW", database, rows=40)

    def atlassian(self, today, times):
        chance, atlassian = today.chance, self.products.atlassian
        if chance.random() < 0.3:
            atlassian.record(today.desk, times[0] - 1, "user_login")
        for time in times:
            kind = PAGES[int(chance.random() * len(PAGES))]
            if kind.startswith("conf"):
                atlassian.page(today.desk, time, kind, self.company.document(chance, today.person))
            else:
                atlassian.issue(today.desk, time, kind, today.person.number % 60 * 100 + chance.randrange(100))

    def onepassword(self, today, times):
        chance, onepassword = today.chance, self.products.onepassword
        onepassword.sign_in(today.desk, times[0] - 2)
        for time in times:
            onepassword.usage(today.desk, time, today.person.number % 9, today.person.number % 9 * 50 + chance.randrange(12),
                              "fill" if chance.random() < 0.8 else "secure-copy")

    def zoom(self, today, times):
        chance, zoom = today.chance, self.products.zoom
        if chance.random() < 0.4:
            zoom.signed_in(today.desk, times[0] - 60)
        colleagues = self.company.by_department[today.person.department]
        for number, time in enumerate(times):
            if number % 3 == 0:
                zoom.meeting(today.desk, time)
                zoom.meeting(today.desk, time + 30 * MINUTE, "meeting.ended")
            else:
                zoom.joined(today.desk, time, chance.choice(colleagues))
