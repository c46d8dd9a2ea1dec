"""Rows of Snowflake's ACCOUNT_USAGE (https://docs.snowflake.com/sql-reference/account-usage)."""
from ..clock import millis
from .product import Product

CLIENTS = [("SNOWFLAKE_UI", "1.42.0"), ("PYTHON_DRIVER", "3.17.4"), ("JDBC_DRIVER", "3.26.1"), ("ODBC_DRIVER", "3.12.0")]


class Snowflake(Product):
    name = "snowflake"

    def login(self, p, time, success=True, factor="SAML2_ASSERTION", client=0, second=None):
        uid = str(self.chance.getrandbits(40))
        return self.deliver(time, uid, {
            "EVENT_ID": uid, "EVENT_TIMESTAMP": millis(time), "EVENT_TYPE": "LOGIN", "USER_NAME": p.person.snowflake_name,
            "CLIENT_IP": p.place.ip, "REPORTED_CLIENT_TYPE": CLIENTS[client][0], "REPORTED_CLIENT_VERSION": CLIENTS[client][1],
            "FIRST_AUTHENTICATION_FACTOR": factor, "SECOND_AUTHENTICATION_FACTOR": second, "IS_SUCCESS": "YES" if success else "NO",
            "ERROR_CODE": None if success else "390100", "ERROR_MESSAGE": None if success else "INCORRECT_USERNAME_PASSWORD",
            "RELATED_EVENT_ID": "0", "CONNECTION": None})

    def query(self, p, time, text, kind="SELECT", database="SALES", role="ANALYST", rows=0, unloaded=0, error=None, warehouse="WH_BI"):
        uid, elapsed = self.chance.uuid(), self.chance.randrange(80, 20_000)
        return self.deliver(time, uid, {
            "QUERY_ID": uid, "QUERY_TEXT": text, "DATABASE_ID": str(sum(map(ord, database)) if database else 0),
            "DATABASE_NAME": database, "SCHEMA_NAME": "PUBLIC" if database else None, "QUERY_TYPE": kind,
            "SESSION_ID": str(p.number), "USER_NAME": p.person.snowflake_name, "ROLE_NAME": role, "WAREHOUSE_NAME": warehouse,
            "WAREHOUSE_SIZE": "X-Small", "QUERY_TAG": "", "EXECUTION_STATUS": "FAIL" if error else "SUCCESS",
            "ERROR_CODE": error[0] if error else None, "ERROR_MESSAGE": error[1] if error else None, "START_TIME": millis(time),
            "END_TIME": millis(time + elapsed / 1000), "TOTAL_ELAPSED_TIME": str(elapsed), "BYTES_SCANNED": str(rows * 120),
            "ROWS_PRODUCED": str(rows), "ROWS_UNLOADED": str(unloaded), "BYTES_WRITTEN_TO_RESULT": str(rows * 40),
            "OUTBOUND_DATA_TRANSFER_BYTES": str(unloaded * 150), "USER_TYPE": "SERVICE" if p.person.service else "PERSON"})

    def grant(self, p, time, role, grantee, by="SECURITYADMIN"):
        """A row of GRANTS_TO_USERS: whom a role was given, and by which role. Who did it stands in the query alone."""
        uid = f"{role}/{grantee}/{int(time)}"
        return self.deliver(time, uid, {"CREATED_ON": millis(time), "DELETED_ON": None, "ROLE": role, "GRANTED_TO": "USER",
                                        "GRANTEE_NAME": grantee, "GRANTED_BY": by})
