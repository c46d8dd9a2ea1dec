"""A made-up company, weeks of its audit logs in their vendors' formats, and attacks on it that are known beforehand."""
