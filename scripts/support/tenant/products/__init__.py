"""The products, each with the records that its vendor writes."""
from .atlassian import Atlassian
from .aws import CloudTrail
from .entra import Entra
from .github import GitHub
from .google import Google
from .microsoft365 import Microsoft365
from .okta import Okta
from .onepassword import OnePassword
from .salesforce import Salesforce
from .slack import Slack
from .snowflake import Snowflake
from .zoom import Zoom


class Products:
    """All products of one company, delivering to one place."""

    def __init__(self, company, chance, deliver):
        self.okta = Okta(company, chance, deliver)
        self.google = Google(company, chance, deliver)
        self.microsoft365 = Microsoft365(company, chance, deliver)
        self.entra = Entra(company, chance, deliver)
        self.slack = Slack(company, chance, deliver)
        self.github = GitHub(company, chance, deliver)
        self.aws = CloudTrail(company, chance, deliver)
        self.salesforce = Salesforce(company, chance, deliver)
        self.snowflake = Snowflake(company, chance, deliver)
        self.atlassian = Atlassian(company, chance, deliver)
        self.onepassword = OnePassword(company, chance, deliver)
        self.zoom = Zoom(company, chance, deliver)
