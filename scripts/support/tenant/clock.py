"""Times: seconds since 1970 in UTC, as floats, and how vendors write them."""
import datetime
from functools import cache
from time import gmtime, strftime

MINUTE, HOUR, DAY = 60, 3600, 86400


def midnight(text):
    """The seconds of a date's first moment in UTC (`2026-11-02`; of a longer RFC 3339 text the date counts)."""
    day = datetime.date.fromisoformat(text[:10])
    return datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.timezone.utc).timestamp()


def weekday(time):
    """0 is Monday. 1 January 1970 was a Thursday."""
    return (int(time // DAY) + 3) % 7


@cache
def date(day):
    """Of a day since 1970: 2026-11-20."""
    return strftime("%Y-%m-%d", gmtime(day * DAY))


def seconds(time):
    """2026-11-20T08:00:00, without a zone."""
    day, rest = divmod(int(time), DAY)
    return f"{date(day)}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"


def millis(time):
    """2026-11-20T08:00:00.123Z"""
    return f"{seconds(time)}.{int(time * 1000) % 1000:03d}Z"


def ticks(time):
    """2026-11-20T08:00:00.1234560, without a zone: .NET's ten millionths."""
    return f"{seconds(time)}.{int(time * 1e6) % 1000000:06d}0"
